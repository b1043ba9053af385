/**
 * A process of its own with a server application and a client of it, so that nothing which a test
 * does holds them up. It prints two ports: of a server that sends back what it gets, and of one that
 * reads and says nothing. For each line `<port> <ms>` of its input it connects there, has so long one
 * keystroke after the other echoed, and prints what they took.
 */
import { TextLineStream } from "./text_lines.ts";
import { echo, readExactly, ServerApplication, writeAll } from "./server_application.ts";

/** What keystrokes took until they were echoed, in ms. */
export interface KeystrokeTimes {
  readonly count: number;
  readonly median: number;
  /** All but one in a hundred took at most this. */
  readonly p99: number;
  readonly longest: number;
}

const KEY = new Uint8Array(64);
const SINK_BYTES = 1 << 20;

async function typeFor(port: number, durationMs: number): Promise<KeystrokeTimes> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const times: number[] = [];
  const end = performance.now() + durationMs;
  for (let begun = performance.now(); begun < end; begun = performance.now()) {
    await writeAll(conn, KEY);
    await readExactly(conn, KEY.length);
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.floor(times.length * part)] ?? Infinity;
  return { count: times.length, median: at(0.5), p99: at(0.99), longest: times.at(-1) ?? Infinity };
}

function sink(): ServerApplication {
  return new ServerApplication(async (conn) => {
    const buffer = new Uint8Array(SINK_BYTES);
    while (await conn.read(buffer) !== null);
  });
}

if (import.meta.main) {
  await using echoing = echo();
  await using sinking = sink();
  console.log(`${echoing.port} ${sinking.port}`);
  for await (const line of Deno.stdin.readable.pipeThrough(new TextLineStream())) {
    const [port = 0, durationMs = 0] = line.split(" ").map(Number);
    console.log(JSON.stringify(await typeFor(port, durationMs)));
  }
}
