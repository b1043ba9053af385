import { fileURLToPath } from "node:url";
import type { KeystrokeTimes } from "./keystrokes_program.ts";
import { TextLineStream } from "./text_lines.ts";

const PROGRAM = fileURLToPath(new URL("keystrokes_program.ts", import.meta.url));

/** The process of `keystrokes_program.ts`, which ends with the test. */
export class Keystrokes implements AsyncDisposable {
  /** Of the server application that sends back what it gets. */
  readonly echoPort: number;
  /** Of the one that only reads. */
  readonly sinkPort: number;
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  private constructor(
    child: Deno.ChildProcess,
    lines: ReadableStreamDefaultReader<string>,
    ports: readonly number[],
  ) {
    [this.echoPort = 0, this.sinkPort = 0] = ports;
    this.#child = child;
    this.#lines = lines;
    this.#input = child.stdin.getWriter();
  }

  static async start(): Promise<Keystrokes> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-config", "--allow-net=127.0.0.1", PROGRAM],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const lines = child.stdout.pipeThrough(new TextLineStream()).getReader();
    const { value = "" } = await lines.read();
    return new Keystrokes(child, lines, value.split(" ").map(Number));
  }

  /** Types into the service at `port` for so long. */
  async typeInto(port: number, durationMs: number): Promise<KeystrokeTimes> {
    await this.#input.write(new TextEncoder().encode(`${port} ${durationMs}\n`));
    const { value } = await this.#lines.read();
    if (value === undefined) throw new Error("the keystrokes ended before they were echoed");
    return JSON.parse(value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close();
    await this.#lines.cancel();
    await this.#child.status;
  }
}
