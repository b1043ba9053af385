/**
 * `bulk.ts serve PORT` takes as many bytes as come, or sends as many as go; `bulk.ts up|down HOST
 * PORT` is its client. Each line that is typed to the client has it measure for so many
 * milliseconds what arrives at the receiving end, and print `rate BYTES_PER_SECOND`.
 */

const PIECE = new Uint8Array(64 * 1024);

async function serve(port: number): Promise<void> {
  const listener = Deno.listen({ hostname: "0.0.0.0", port });
  console.log("ready");
  for await (const conn of listener) {
    void serveOne(conn).catch((error) => console.error(`a connection ended: ${error}`));
  }
}

/** The first byte says in which direction; of what comes up the sum is sent back. */
async function serveOne(conn: Deno.TcpConn): Promise<void> {
  using held = conn;
  const buffer = new Uint8Array(256 * 1024);
  await held.read(buffer.subarray(0, 1));
  if (buffer[0] === DOWN) { for (;;) await writeAll(held, PIECE); }
  let sum = 0;
  for (let count = await held.read(buffer); count !== null; count = await held.read(buffer)) {
    sum += count;
    await held.write(new Uint8Array(new Float64Array([sum]).buffer));
  }
}

const DOWN = "d".charCodeAt(0);
const UP = "u".charCodeAt(0);

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

let arrived = 0;

async function receive(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(256 * 1024);
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    arrived += count;
  }
}

async function send(conn: Deno.TcpConn): Promise<void> {
  for (;;) await writeAll(conn, PIECE);
}

/** Eight bytes at a time, which may come in pieces. */
async function receiveSums(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(8 * 1024);
  let filled = 0;
  for (;;) {
    const count = await conn.read(buffer.subarray(filled));
    if (count === null) return;
    filled += count;
    const whole = filled - filled % 8;
    if (whole > 0) arrived = new DataView(buffer.buffer).getFloat64(whole - 8, true);
    buffer.copyWithin(0, whole, filled);
    filled -= whole;
  }
}

async function measure(ms: number): Promise<void> {
  const before = arrived;
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, ms));
  console.log(`rate ${Math.round((arrived - before) / (performance.now() - began) * 1000)}`);
}

async function run(direction: string, host: string, port: number): Promise<void> {
  const conn = await Deno.connect({ hostname: host, port });
  await conn.write(new Uint8Array([direction === "up" ? UP : DOWN]));
  const moving = direction === "up" ? [send(conn), receiveSums(conn)] : [receive(conn)];
  Promise.all(moving).catch((error) => {
    console.error(`the connection ended: ${error}`);
    Deno.exit(1);
  });
  console.log("started");
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
  for await (const line of lines) await measure(Number(line));
}

if (import.meta.main) {
  const [what = "", ...rest] = Deno.args;
  if (what === "serve") await serve(Number(rest[0]));
  else await run(what, rest[0] ?? "", Number(rest[1]));
}
