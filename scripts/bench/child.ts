/** A process of the benchmark, ended with it. */
import { fileURLToPath } from "node:url";

export class Child implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;

  constructor(
    argv: readonly string[],
    options: { readonly cwd?: string; readonly stderr?: "inherit" | "null" } = {},
  ) {
    const [program = "", ...args] = argv;
    this.#process = new Deno.Command(program, {
      args,
      stderr: "null",
      ...options,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#lines = linesOf(this.#process.stdout);
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** The next line of its output. */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`Cannot read from process ${this.pid}: it ended`);
    return value;
  }

  async write(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  /** Kilobytes of memory that it has now. */
  async residentKilobytes(): Promise<number> {
    const { stdout } = await new Deno.Command("ps", { args: ["-o", "rss=", "-p", `${this.pid}`] })
      .output();
    return Number(new TextDecoder().decode(stdout).trim());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await this.#process.status;
    await this.#input.abort().catch(() => {});
    await this.#lines.return?.();
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let open = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (open + text).split("\n");
    open = lines.pop() ?? "";
    yield* lines;
  }
}

const LOAD = fileURLToPath(new URL("./load.ts", import.meta.url));

/** One of the ends in load.ts. */
export function load(mode: string, ...args: readonly (string | number)[]): Child {
  return script(["--no-config", "-A", LOAD, mode], args);
}

const RELAY_LOAD = fileURLToPath(new URL("./relay_load.ts", import.meta.url));

/** One of those in relay_load.ts, which use the project. */
export function relayLoad(mode: string, ...args: readonly (string | number)[]): Child {
  return script(["-A", RELAY_LOAD, mode], args);
}

/** A script with these flags of Deno. */
export function script(flags: readonly string[], args: readonly (string | number)[]): Child {
  const argv = [Deno.execPath(), "run", "-q", ...flags, ...args.map(String)];
  return new Child(argv, { stderr: "inherit" });
}

/** Runs one of the measuring ends and returns what it says. */
export async function measure(
  mode: string,
  ...args: readonly (string | number)[]
): Promise<Readonly<Record<string, number>>> {
  await using child = load(mode, ...args);
  return JSON.parse(await child.line());
}

/** A port that nobody listens on. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** Waits until somebody listens on the port. */
export async function untilListening(port: number): Promise<void> {
  const signal = AbortSignal.timeout(15_000);
  for (;;) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch (error) {
      if (signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
