/**
 * `talk.ts HOST PORT EVERY_MS`: says something to an echo server every EVERY_MS, without waiting for
 * what comes back, until its input ends; prints how long the echoes took, as a line of JSON.
 */
const MESSAGE_BYTES = 32;

const [hostname = "", port = 0, everyMs = 0] = Deno.args.map((arg, at) => at ? Number(arg) : arg);
const conn = await Deno.connect({ hostname: String(hostname), port: Number(port) });
conn.setNoDelay(true);
const saidAt: number[] = [];
const tookMs: number[] = [];

async function listen(): Promise<void> {
  let bytes = 0;
  const buffer = new Uint8Array(64 * 1024);
  for (let n = await conn.read(buffer); n !== null; n = await conn.read(buffer)) {
    bytes += n;
    while (tookMs.length < Math.floor(bytes / MESSAGE_BYTES)) {
      tookMs.push(performance.now() - (saidAt[tookMs.length] ?? 0));
      if (tookMs.length === 1) console.log("talking");
    }
  }
}

const heard = listen();
const timer = setInterval(() => {
  saidAt.push(performance.now());
  conn.write(new Uint8Array(MESSAGE_BYTES));
}, Number(everyMs));
await Deno.stdin.readable.pipeTo(new WritableStream());
clearInterval(timer);
await conn.closeWrite();
await heard;
const sorted = tookMs.toSorted((a, b) => a - b);
const medianMs = sorted[sorted.length >> 1] ?? 0;
console.log(JSON.stringify({ count: sorted.length, medianMs, longestMs: sorted.at(-1) ?? 0 }));
