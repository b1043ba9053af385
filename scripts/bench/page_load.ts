/**
 * The ends of the bench of the page, each a process of its own: `deno run page_load.ts MODE …`.
 *
 *     pages PORT COUNT TOKEN  COUNT pages listen to `/live`; prints `ready` when all have the
 *                             document, and for each line on standard input how many events they
 *                             got since
 *     pace PORT COUNT         64 bytes there and back each 5 ms, COUNT times; prints p50, p99 in µs
 */
const MESSAGE_BYTES = 64;
const PACE_MS = 5;
/** Fewer than the endpoint keeps that have not asked for anything yet. */
const AT_ONCE = 20;
const [mode = "", ...rest] = Deno.args;
const [port = 0, count = 0] = rest.map(Number);
let events = 0;

/** One page: resolves when the first event is there, and goes on. */
async function openPage(token: string): Promise<void> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const head = `GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  await conn.write(new TextEncoder().encode(head));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const buffer = new Uint8Array(16_384);
  const read = async () => {
    for (let got = await conn.read(buffer); got !== null; got = await conn.read(buffer)) {
      const text = new TextDecoder().decode(buffer.subarray(0, got));
      if (text.startsWith("HTTP/1.1 5")) throw new Error(text);
      events += text.split("\nevent: ").length - 1;
      if (text.includes("event: document")) resolve();
    }
  };
  read().catch(reject);
  await promise;
}

async function listen(): Promise<void> {
  for (let opened = 0; opened < count; opened += AT_ONCE) {
    const some = Math.min(AT_ONCE, count - opened);
    await Promise.all(Array.from({ length: some }, () => openPage(rest[2] ?? "")));
  }
  console.log("ready");
  const input = new Uint8Array(16);
  events = 0;
  while (await Deno.stdin.read(input) !== null) {
    console.log(events);
    events = 0;
  }
}

async function pace(): Promise<void> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const message = new Uint8Array(MESSAGE_BYTES);
  const times: number[] = [];
  for (let sent = 0; sent < count; sent++) {
    const start = performance.now();
    await conn.write(message);
    for (let done = 0; done < MESSAGE_BYTES;) {
      const got = await conn.read(message.subarray(done));
      if (got === null) throw new Error("Cannot read the echo: the connection ended");
      done += got;
    }
    const took = performance.now() - start;
    times.push(took * 1_000);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, PACE_MS - took)));
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? NaN;
  console.log(JSON.stringify({ p50: at(0.5), p99: at(0.99) }));
}

if (mode === "pages") await listen();
else if (mode === "pace") await pace();
else throw new Error(`Cannot run ${mode}: there is no such mode`);
Deno.exit(0);
