/**
 * The ends of the benchmarks, each a process of its own: `deno run load.ts MODE ARGUMENTS`.
 *
 *     sink                 listens, reads and forgets; prints its port
 *     source-server BYTES  listens, sends so many bytes to each client; prints its port
 *     echo                 listens, sends everything back; prints its port
 *     send PORT BYTES      sends; prints the seconds until the other end has closed
 *     fetch PORT           reads to the end; prints seconds and bytes
 *     rtt PORT COUNT       64 bytes there and back, COUNT times; prints p50 and p99 in µs
 *     gaps PORT SECONDS    a 64-byte message every 10 ms, echoed; prints the longest gap in ms
 *     idle PORT COUNT      opens COUNT connections, one message on each, prints `ready`, stays
 *     first PORT COUNT     connects, COUNT times; prints the median ms until the first byte
 *     rate PORT COUNT      COUNT connections, 16 at a time: 64 bytes there and back, and the end;
 *                          prints how many a second
 *     greet                listens, sends one byte to each client at once; prints its port
 */
const PIECE_BYTES = 256 * 1024;
const MESSAGE_BYTES = 64;
/** Connections under way at once when their rate is measured. */
const AT_ONCE = 16;
const [mode = "", ...rest] = Deno.args;
const [first = 0, second = 0] = rest.map(Number);

async function serve(handle: (conn: Deno.TcpConn) => Promise<void>): Promise<void> {
  const listener = Deno.listen({ hostname: "0.0.0.0", port: first });
  console.log(listener.addr.port);
  for (;;) {
    let conn: Deno.TcpConn;
    try {
      conn = await listener.accept();
    } catch {
      continue; // whoever only looked whether somebody listens is gone already
    }
    conn.setNoDelay(true);
    void handle(conn).catch(() => {}).finally(() => conn.close());
  }
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await conn.write(bytes.subarray(done));
}

async function drain(conn: Deno.Conn, bufferBytes = 1 << 20): Promise<number> {
  const buffer = new Uint8Array(bufferBytes);
  let bytes = 0;
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    bytes += count;
  }
  return bytes;
}

async function pour(conn: Deno.Conn, bytes: number): Promise<void> {
  const piece = new Uint8Array(PIECE_BYTES);
  for (let left = bytes; left > 0;) {
    left -= await conn.write(piece.subarray(0, Math.min(left, piece.length)));
  }
}

async function connect(): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: first });
  conn.setNoDelay(true);
  return conn;
}

async function readMessage(conn: Deno.Conn, into: Uint8Array): Promise<void> {
  for (let done = 0; done < into.length;) {
    const count = await conn.read(into.subarray(done));
    if (count === null) throw new Error("Cannot read the echo: the connection ended");
    done += count;
  }
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

async function measureGaps(): Promise<void> {
  const conn = await connect();
  const end = performance.now() + second * 1000;
  let last = performance.now();
  let longest = 0;
  const reading = (async () => {
    const message = new Uint8Array(MESSAGE_BYTES);
    while (performance.now() < end) {
      await readMessage(conn, message);
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
  })();
  while (performance.now() < end) {
    await writeAll(conn, new Uint8Array(MESSAGE_BYTES));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await reading;
  console.log(JSON.stringify({ longest }));
}

async function holdIdle(): Promise<void> {
  const conns: Deno.TcpConn[] = [];
  for (let opened = 0; opened < second; opened += 50) {
    conns.push(...await Promise.all(Array.from({ length: 50 }, connect)));
  }
  const check = async () => {
    await Promise.all(conns.map(async (conn) => {
      const message = new Uint8Array(MESSAGE_BYTES);
      await writeAll(conn, message);
      await readMessage(conn, message);
    }));
  };
  await check();
  console.log("ready");
  const input = new Uint8Array(16);
  // Each line on standard input asks for another round through all of them.
  for (let count = await Deno.stdin.read(input); count !== null;) {
    await check();
    console.log("whole");
    count = await Deno.stdin.read(input);
  }
}

async function measureRoundTrips(): Promise<void> {
  const conn = await connect();
  const message = new Uint8Array(MESSAGE_BYTES);
  const times: number[] = [];
  for (let i = 0; i < second; i++) {
    const start = performance.now();
    await writeAll(conn, message);
    await readMessage(conn, message);
    if (i >= second / 5) times.push((performance.now() - start) * 1000);
  }
  times.sort((a, b) => a - b);
  console.log(JSON.stringify({ p50: percentile(times, 0.5), p99: percentile(times, 0.99) }));
}

async function measureRate(): Promise<void> {
  let left = second;
  const connectAgain = async () => {
    const message = new Uint8Array(MESSAGE_BYTES);
    while (left-- > 0) {
      const conn = await connect();
      await writeAll(conn, message);
      await readMessage(conn, message);
      await conn.closeWrite();
      await drain(conn, MESSAGE_BYTES);
      conn.close();
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, connectAgain));
  console.log(JSON.stringify({ perSecond: second / (performance.now() - start) * 1_000 }));
}

async function measureFirstByte(): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < second; i++) {
    const start = performance.now();
    const host = rest[2] ?? "127.0.0.1";
    const conn = await Deno.connect({ hostname: host, port: first });
    await readMessage(conn, new Uint8Array(1));
    times.push(performance.now() - start);
    conn.close();
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  times.sort((a, b) => a - b);
  console.log(JSON.stringify({ ms: percentile(times, 0.5) }));
}

switch (mode) {
  case "sink":
    await serve(async (conn) => void await drain(conn));
    break;
  case "source-server":
    await serve((conn) => pour(conn, second));
    break;
  case "echo":
    await serve(async (conn) => {
      const buffer = new Uint8Array(65_536);
      for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
        await writeAll(conn, buffer.subarray(0, count));
      }
    });
    break;
  case "greet":
    await serve(async (conn) => {
      await writeAll(conn, new Uint8Array([1]));
      await drain(conn);
    });
    break;
  case "send": {
    const conn = await connect();
    const start = performance.now();
    await pour(conn, second);
    await conn.closeWrite();
    await drain(conn);
    console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000 }));
    break;
  }
  case "fetch": {
    const start = performance.now();
    const bytes = await drain(await connect());
    console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, bytes }));
    break;
  }
  case "rtt":
    await measureRoundTrips();
    break;
  case "rate":
    await measureRate();
    break;
  case "gaps":
    await measureGaps();
    break;
  case "idle":
    await holdIdle();
    break;
  case "first":
    await measureFirstByte();
    break;
  default:
    throw new Error(`Cannot run ${mode}: there is no such mode`);
}
Deno.exit(0);
