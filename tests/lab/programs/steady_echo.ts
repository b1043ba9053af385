/**
 * `steady_echo.ts PORT MODE`: talks to an echo server behind a port of loopback, and says each second
 * the longest time, in ms, in which nothing came back. `words`: some hundred bytes every 20 ms, more
 * than the control link says of them; `bulk`: as
 * much as goes.
 */
const WORD_EVERY_MS = 20;
const REPORT_MS = 1_000;
const PIECE = new Uint8Array(64 * 1024);
const WORD = new Uint8Array(512);

async function write(conn: Deno.TcpConn, mode: string): Promise<void> {
  for (;;) {
    const piece = mode === "bulk" ? PIECE : WORD;
    for (let sent = 0; sent < piece.length;) sent += await conn.write(piece.subarray(sent));
    if (mode !== "bulk") await new Promise((resolve) => setTimeout(resolve, WORD_EVERY_MS));
  }
}

if (import.meta.main) {
  const [port, mode = "words"] = Deno.args;
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  conn.setNoDelay(true);
  let heardAt = performance.now();
  let longestMs = 0;
  const note = () => longestMs = Math.max(longestMs, performance.now() - heardAt);
  setInterval(() => {
    note();
    console.log(`gap ${Math.round(longestMs)} ms`);
    longestMs = 0;
  }, REPORT_MS);
  void write(conn, mode);
  const buffer = new Uint8Array(256 * 1024);
  for (let n = await conn.read(buffer); n !== null; n = await conn.read(buffer)) {
    note();
    heardAt = performance.now();
  }
}
