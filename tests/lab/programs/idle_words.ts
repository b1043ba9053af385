/**
 * `idle_words.ts PORT COUNT`: opens connections to an echo server, says one word on each, and then
 * nothing; says how long the slowest of these took. For each line of its input the next one says a word again, and how long the answer took.
 */
const WORD = new Uint8Array([1, 2, 3]);

async function say(conn: Deno.TcpConn): Promise<number> {
  const startedAt = performance.now();
  await conn.write(WORD);
  const buffer = new Uint8Array(WORD.length);
  for (let got = 0; got < WORD.length;) got += await conn.read(buffer) ?? WORD.length;
  return performance.now() - startedAt;
}

if (import.meta.main) {
  const [port, count] = Deno.args.map(Number);
  const conns: Deno.TcpConn[] = [];
  let longestMs = 0;
  for (let i = 0; i < (count ?? 1); i++) {
    const startedAt = performance.now();
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: port ?? 0 });
    conn.setNoDelay(true);
    await say(conn);
    conns.push(conn);
    longestMs = Math.max(longestMs, performance.now() - startedAt);
  }
  console.log(`ready after ${Math.round(longestMs)} ms`);
  let next = 0;
  for await (const line of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const conn = conns[next++ % conns.length];
    if (line === "" || conn === undefined) continue;
    console.log(`answered after ${Math.round(await say(conn))} ms`);
  }
}
