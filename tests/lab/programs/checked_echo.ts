/**
 * `checked_echo.ts HOST PORT`: sends to an echo server as much as goes, checks each byte that comes
 * back by its place, and says `begun` after the first. At each line of its input it prints the
 * longest time since the last one in which nothing came back, in ms; at the end of it how many bytes
 * came back, when those are all.
 */
const [hostname = "", port = "0"] = Deno.args;
const PIECE_BYTES = 32 * 1024;
const REPORT_BYTES = 256 * 1024;
/** A prime, so that it does not fit into pieces of TCP; long enough for a piece from anywhere in it. */
const PERIOD = 65_521;
const PATTERN = Uint8Array.from({ length: PERIOD + PIECE_BYTES }, (_, at) => {
  const place = at % PERIOD;
  return (place * 31 + (place >> 8)) & 255;
});

function patternAt(position: number, length: number): Uint8Array<ArrayBuffer> {
  const at = position % PERIOD;
  return PATTERN.subarray(at, at + length);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

using conn = await Deno.connect({ hostname, port: Number(port) });
conn.setNoDelay(true);
const ending = new AbortController();
let sent = 0;
let came = 0;
let cameAt = performance.now();
let longestMs = 0;

async function send(): Promise<void> {
  while (!ending.signal.aborted) sent += await conn.write(patternAt(sent, PIECE_BYTES));
  await conn.closeWrite();
}

async function receive(): Promise<void> {
  const buffer = new Uint8Array(PIECE_BYTES);
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    if (!isSame(buffer.subarray(0, count), patternAt(came, count))) {
      throw new Error(`Cannot go on: other bytes after ${came}`);
    }
    longestMs = Math.max(longestMs, performance.now() - cameAt);
    cameAt = performance.now();
    if (came < REPORT_BYTES && came + count >= REPORT_BYTES) console.log("begun");
    came += count;
  }
}

async function listen(): Promise<void> {
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
  for await (const _ of lines) {
    console.log(`longest ${Math.round(Math.max(longestMs, performance.now() - cameAt))} ms`);
    longestMs = 0;
  }
  ending.abort();
}

await Promise.all([send(), receive(), listen()]);
if (came !== sent) throw new Error(`Cannot end: ${came} of ${sent} bytes came back`);
console.log(`whole ${came}`);
