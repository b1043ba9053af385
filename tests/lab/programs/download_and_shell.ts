/**
 * `download_and_shell.ts SOURCE ECHO`: downloads from the port SOURCE without end, and has a byte
 * echoed by the port ECHO each 50 ms. Each second it says `KILOBYTES kB, GAP ms`: what came in, and
 * for how long the last byte typed has been without its echo at most.
 */
const [source = 0, echo = 0] = Deno.args.map(Number);
const download = await Deno.connect({ hostname: "127.0.0.1", port: source });
const shell = await Deno.connect({ hostname: "127.0.0.1", port: echo });
let received = 0;
let gap = 0;

async function take(): Promise<never> {
  const buffer = new Uint8Array(1 << 16);
  for (;;) {
    const count = await download.read(buffer);
    if (count === null) throw new Error("the download ended");
    received += count;
  }
}

async function type(): Promise<never> {
  for (;;) {
    const typedAt = performance.now();
    await shell.write(new Uint8Array([42]));
    if (await shell.read(new Uint8Array(1)) === null) throw new Error("the shell ended");
    gap = Math.max(gap, performance.now() - typedAt);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

setInterval(() => {
  console.log(`${Math.round(received / 1_000)} kB, ${Math.round(gap)} ms`);
  received = 0;
  gap = 0;
}, 1_000);
await Promise.all([take(), type()]);
