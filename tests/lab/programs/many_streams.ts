/**
 * `many_streams.ts PORT COUNT`: keeps COUNT connections to an echo server busy. On each of them one
 * message after the other goes out, numbered by connection and turn, and must come back as it was
 * before the next one does. Says `ready` when each has made a turn; ends when its input ends, and
 * says how many turns were made. Any byte that is wrong, any connection that ends, ends it with 1.
 */
const MESSAGE_BYTES = 64;
const BATCH = 50;
const PAUSE_MS = 100;

const [port = 0, count = 0] = Deno.args.map(Number);
let life: "running" | "stopping" = "running";
let turns = 0;

function messageOf(stream: number, turn: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(MESSAGE_BYTES);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < MESSAGE_BYTES; at += 8) {
    view.setUint32(at, stream);
    view.setUint32(at + 4, turn);
  }
  return bytes;
}

async function takeTurn(conn: Deno.TcpConn, stream: number, turn: number): Promise<void> {
  const message = messageOf(stream, turn);
  for (let done = 0; done < message.length;) done += await conn.write(message.subarray(done));
  const echo = new Uint8Array(MESSAGE_BYTES);
  for (let done = 0; done < echo.length;) {
    const read = await conn.read(echo.subarray(done));
    if (read === null) throw new Error(`connection ${stream} ended in turn ${turn}`);
    done += read;
  }
  if (echo.some((byte, at) => byte !== message[at])) {
    throw new Error(`connection ${stream} got something else in turn ${turn}`);
  }
  turns += 1;
}

async function keepBusy(conn: Deno.TcpConn, stream: number): Promise<void> {
  for (let turn = 1; life === "running"; turn++) {
    await takeTurn(conn, stream, turn);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  conn.close();
}

const conns: Deno.TcpConn[] = [];
while (conns.length < count) {
  const opening = Array.from({ length: Math.min(BATCH, count - conns.length) }, async () => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay(true);
    return conn;
  });
  conns.push(...await Promise.all(opening));
}
await Promise.all(conns.map((conn, stream) => takeTurn(conn, stream, 0)));
const busy = Promise.all(conns.map(keepBusy));
console.log("ready");
await Promise.race([busy, Deno.stdin.read(new Uint8Array(1))]);
life = "stopping";
await busy;
console.log(`${turns} turns`);
