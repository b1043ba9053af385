/**
 * `gap.ts HOST PORT`: has a word echoed again and again, twenty milliseconds after each answer; says
 * `begun` after the first, and at the end of its input the longest time without an answer, in ms.
 */
const [hostname = "", port = "0"] = Deno.args;
const PAUSE_MS = 20;

using conn = await Deno.connect({ hostname, port: Number(port) });
conn.setNoDelay(true);
let isOver = false;
const ending = (async () => {
  for await (const _ of Deno.stdin.readable);
  isOver = true;
})();
const word = new Uint8Array(8).fill(7);
let longestMs = 0;
for (let count = 0; !isOver; count++) {
  const askedAt = performance.now();
  await conn.write(word);
  for (let got = 0; got < word.length;) {
    const read = await conn.read(new Uint8Array(word.length));
    if (read === null) throw new Error("the connection ended");
    got += read;
  }
  longestMs = Math.max(longestMs, performance.now() - askedAt);
  if (count === 0) console.log("begun");
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
await ending;
console.log(`gap ${Math.round(longestMs)}`);
