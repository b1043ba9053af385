/**
 * `late_words.ts serve PORT`: says a word on each of its connections for each line of its input, and
 * when; `late_words.ts listen PORT COUNT`: opens connections there and says when words came. The
 * times are of the wall, in milliseconds.
 */
const WORD = new Uint8Array([1, 2, 3]);
const nowMs = () => Math.round(performance.timeOrigin + performance.now());

async function serve(port: number): Promise<void> {
  const conns: Deno.Conn[] = [];
  const listener = Deno.listen({ port, hostname: "0.0.0.0" });
  console.log("ready");
  void (async () => {
    for await (const conn of listener) {
      conns.push(conn);
      await conn.write(WORD);
    }
  })();
  for await (const line of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    if (line === "") continue;
    console.log(`said ${nowMs()}`);
    await Promise.all(conns.map((conn) => conn.write(WORD)));
  }
}

async function listen(port: number, count: number): Promise<void> {
  const conns = await Promise.all(
    Array.from({ length: count }, () => Deno.connect({ hostname: "127.0.0.1", port })),
  );
  const hear = async (conn: Deno.Conn) => {
    const buffer = new Uint8Array(WORD.length);
    for (let got = 0; got < WORD.length;) got += await conn.read(buffer) ?? WORD.length;
  };
  for (let words = 0;; words++) {
    await Promise.all(conns.map(hear));
    console.log(words === 0 ? "ready" : `heard ${nowMs()}`);
  }
}

if (import.meta.main) {
  const [what, port, count] = Deno.args;
  if (what === "serve") await serve(Number(port));
  else await listen(Number(port), Number(count));
}
