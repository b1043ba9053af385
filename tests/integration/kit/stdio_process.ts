import { asUsersDo } from "./program.ts";
import { TextLineStream } from "./text_lines.ts";

const PATIENCE_MS = 20_000;

/** A `cnapt stdio` whose input, output and lines on standard error a test has in its hands. */
export class StdioProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #limit: ReturnType<typeof setTimeout>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #output: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #lines: string[] = [];
  readonly #reading: Promise<void>;
  #wake: () => void = () => {};
  #state: "running" | "ended" = "running";

  constructor(folder: string, args: readonly string[]) {
    const [command = "", ...before] = asUsersDo("cnapt");
    this.#child = new Deno.Command(command, {
      args: [...before, "stdio", ...args],
      cwd: folder,
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#limit = setTimeout(() => this.#end(), PATIENCE_MS);
    void this.#child.status.then(() => {
      this.#state = "ended";
      clearTimeout(this.#limit);
    });
    this.#input = this.#child.stdin.getWriter();
    this.#output = this.#child.stdout.getReader();
    this.#reading = this.#read();
  }

  /** What it said on standard error. */
  get said(): readonly string[] {
    return this.#lines;
  }

  async type(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  async endInput(): Promise<void> {
    await this.#input.close();
  }

  /** The output up to `length` characters, or to its end. */
  async output(length = Infinity): Promise<string> {
    let text = "";
    while (text.length < length) {
      const { value, done } = await this.#output.read();
      if (done) break;
      text += new TextDecoder().decode(value);
    }
    return text;
  }

  /** Whoever read the output goes away. */
  async leaveOutput(): Promise<void> {
    await this.#output.cancel();
  }

  /** Waits until it says so. */
  async says(part: string): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!this.#lines.some((line) => line.includes(part))) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits for its end: the code, and the signal that it died of. */
  async ended(): Promise<{ readonly code: number; readonly signal: Deno.Signal | null }> {
    const { code, signal } = await this.#child.status;
    await this.#reading;
    return { code, signal };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
    await this.#child.status;
    await this.#input.close().catch(() => {}); // it is broken, or closed already
    await this.#output.cancel().catch(() => {});
    await this.#reading;
  }

  #end(): void {
    if (this.#state === "running") this.#child.kill("SIGKILL");
  }

  async #read(): Promise<void> {
    for await (const line of this.#child.stderr.pipeThrough(new TextLineStream())) {
      this.#lines.push(line);
      this.#wake();
    }
  }
}
