/**
 * `upload.ts sink PORT`: reads whatever comes on each connection, and says in the end how much it was.
 * `upload.ts to HOST PORT BYTES`: sends so much to it, and prints how long that took, in ms.
 */
const [role, ...rest] = Deno.args;

async function swallow(held: Deno.Conn): Promise<void> {
  using conn = held;
  let bytes = 0;
  const buffer = new Uint8Array(64 * 1024);
  for (let n = await conn.read(buffer); n !== null; n = await conn.read(buffer)) bytes += n;
  await conn.write(new TextEncoder().encode(String(bytes)));
}

if (role === "sink") {
  const listener = Deno.listen({ port: Number(rest[0]), hostname: "0.0.0.0" });
  console.log("ready");
  for await (const conn of listener) void swallow(conn);
} else {
  const [hostname = "", port, bytes] = rest;
  using conn = await Deno.connect({ hostname, port: Number(port) });
  const beganAt = performance.now();
  const piece = new Uint8Array(16 * 1024);
  for (let left = Number(bytes); left > 0;) {
    left -= await conn.write(piece.subarray(0, Math.min(left, piece.length)));
  }
  await conn.closeWrite();
  const answer = new Uint8Array(32);
  const n = await conn.read(answer);
  const arrived = new TextDecoder().decode(answer.subarray(0, n ?? 0));
  if (arrived !== bytes) throw new Error(`${arrived} of ${bytes} bytes arrived`);
  console.log(JSON.stringify({ uploadedMs: performance.now() - beganAt }));
}
