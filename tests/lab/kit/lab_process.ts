import { LabFailure } from "./lab_failure.ts";

/** Output beyond this is forgotten from its beginning: a chatty program must not eat the memory. */
const MAX_OUTPUT_CHARS = 1 << 20;
/** What a program gets to end by itself before it is killed. */
const STOP_GRACE_MS = 3_000;
/** How long a dead program's pipes may stay open, held by a child of its. */
const PIPE_GRACE_MS = 500;

/** Somebody who waits for output. */
interface Watcher {
  readonly look: () => void;
}

/**
 * A program that runs in the lab. Standard output and standard error are kept together, as on a
 * terminal. Ends with `stop()`, at the latest with its lab.
 */
export class LabProcess implements AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** Resolves with the exit status once all output is there too; never rejects. */
  readonly ended: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #readers: readonly ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>[];
  readonly #reading: Promise<unknown>;
  readonly #watchers = new Set<Watcher>();
  #output = "";
  /** Output up to here has been matched by an earlier `waitFor`. */
  #seen = 0;
  #status: Deno.CommandStatus | null = null;
  #hasAllOutput = false;

  /** @param name what failures call it */
  constructor(name: string, argv: readonly string[]) {
    const [program = "", ...args] = argv;
    this.name = name;
    this.#child = new Deno.Command(program, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.pid = this.#child.pid;
    this.#input = this.#child.stdin.getWriter();
    this.#readers = [this.#child.stdout.getReader(), this.#child.stderr.getReader()];
    this.#reading = Promise.all(this.#readers.map((reader) => this.#keep(reader)));
    this.ended = this.#end();
  }

  /** All output so far (the last mebibyte of it). */
  get output(): string {
    return this.#output;
  }

  /** The exit status, or `null` while it runs. */
  get status(): Deno.CommandStatus | null {
    return this.#status;
  }

  /** Types `text`. */
  async write(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  /** Ends its standard input. */
  async closeInput(): Promise<void> {
    await this.#input.close();
  }

  /**
   * Waits until the output after the last match has `pattern` in it; what came before the call
   * counts too.
   *
   * @returns the match
   * @throws LabFailure with the output when the program ends first or `signal` aborts
   */
  async waitFor(pattern: RegExp, signal: AbortSignal): Promise<RegExpExecArray> {
    const found = Promise.withResolvers<RegExpExecArray>();
    const fail = (why: string) =>
      found.reject(
        new LabFailure(`Cannot see ${pattern} from ${this.name}: ${why}:\n${this.output}`),
      );
    const look = () => {
      const match = pattern.exec(this.#output.slice(this.#seen));
      if (match !== null) {
        this.#seen += match.index + match[0].length;
        found.resolve(match);
      } else if (this.#hasAllOutput) {
        fail(`it ended with status ${this.#status?.code}`);
      }
    };
    const watcher = { look };
    const abort = () => fail("waited too long");
    this.#watchers.add(watcher);
    signal.addEventListener("abort", abort);
    try {
      look();
      if (signal.aborted) abort();
      return await found.promise;
    } finally {
      this.#watchers.delete(watcher);
      signal.removeEventListener("abort", abort);
    }
  }

  /**
   * Waits until the program has ended by itself.
   *
   * @throws LabFailure with its output unless it succeeded, or when `signal` aborts first
   */
  async finish(signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<never>();
    const fail = (why: string) =>
      new LabFailure(`Cannot finish ${this.name}: ${why}:\n${this.output}`);
    const abort = () => aborted.reject(fail("waited too long"));
    signal.addEventListener("abort", abort);
    try {
      if (signal.aborted) abort();
      const { code } = await Promise.race([this.ended, aborted.promise]);
      if (code !== 0) throw fail(`status ${code}`);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** Sends a signal; does nothing when the program has ended. */
  signal(name: Deno.Signal): void {
    if (this.#status === null) this.#child.kill(name);
  }

  /** Ends the program (SIGTERM, then SIGKILL) and waits until it is gone. */
  async stop(): Promise<void> {
    this.signal("SIGTERM");
    const kill = setTimeout(() => this.signal("SIGKILL"), STOP_GRACE_MS);
    await this.ended;
    clearTimeout(kill);
    // Input that nobody read any more is of no interest.
    await this.#input.abort().catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #keep(reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>): Promise<void> {
    const decoder = new TextDecoder();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      this.#output += decoder.decode(part.value, { stream: true });
      const excess = this.#output.length - MAX_OUTPUT_CHARS;
      if (excess > 0) {
        this.#output = this.#output.slice(excess);
        this.#seen = Math.max(0, this.#seen - excess);
      }
      this.#wake();
    }
  }

  async #end(): Promise<Deno.CommandStatus> {
    this.#status = await this.#child.status;
    const cancel = setTimeout(() => this.#readers.forEach((r) => void r.cancel()), PIPE_GRACE_MS);
    await this.#reading;
    clearTimeout(cancel);
    this.#hasAllOutput = true;
    this.#wake();
    return this.#status;
  }

  #wake(): void {
    for (const watcher of [...this.#watchers]) watcher.look();
  }
}
