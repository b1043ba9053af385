/**
 * The two programs as processes: the compiled ones of dist/, as users run them, or, where they are
 * older than the sources, Deno with the sources and the permissions that they have.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expectPrinted } from "../../json_documents.ts";
import { compiledProductPath } from "../../compiled_product.ts";
import { TextLineStream } from "./text_lines.ts";

const ROOT = new URL("../../../", import.meta.url);
/** Nothing here takes longer unless it hangs; on a busy machine starting alone takes seconds. */
const PATIENCE_MS = 20_000;

export type ProgramName = "cnapt" | "snapt";

/** The command line that starts a program, without its arguments. */
export type Launch = (name: ProgramName) => readonly string[];

/** What a program left behind when it ended. */
export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command to its end in `folder`; `input` is its standard input. */
export async function run(
  name: ProgramName,
  folder: string,
  args: readonly string[],
  input = "",
): Promise<Finished> {
  const child = spawn([...asUsersDo(name), ...args], folder, "piped");
  const limit = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  try {
    const writer = child.stdin.getWriter();
    const typing = writer.write(new TextEncoder().encode(input)).then(() => writer.close())
      .catch(() => {}); // it may well end without reading
    const { code, stdout, stderr } = await child.output();
    await typing;
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const out = text(stdout);
    // Whatever a command prints with --json is one document, and as its schema says.
    if (args.includes("--json") && args[0] !== "run") expectPrinted(out);
    return { code, out, err: text(stderr) };
  } finally {
    clearTimeout(limit);
  }
}

/** A program that runs until it is told to end. */
export class Running implements AsyncDisposable {
  readonly #name: ProgramName;
  readonly #child: Deno.ChildProcess;
  readonly #lines: string[] = [];
  readonly #reading: Promise<unknown>;
  #wake: () => void = () => {};
  #ended: number | null = null;

  constructor(
    name: ProgramName,
    folder: string,
    args: readonly string[] = [],
    launch: Launch = asUsersDo,
  ) {
    this.#name = name;
    this.#child = spawn([...launch(name), ...args], folder, "null");
    const reading = [this.#child.stdout, this.#child.stderr].map((stream) => this.#read(stream));
    this.#reading = Promise.all(reading);
    void this.#child.status.then(({ code }) => {
      this.#ended = code;
      this.#wake();
    });
  }

  get pid(): number {
    return this.#child.pid;
  }

  get log(): string {
    return this.#lines.join("\n");
  }

  /** Waits for a line of the log; what the first group of `pattern` matches. */
  async line(pattern: RegExp): Promise<string> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const match = this.#lines.map((line) => pattern.exec(line)).find((one) => one !== null);
      if (match !== undefined) return match[1] ?? match[0];
      if (this.#ended !== null || signal.aborted) {
        throw new Error(`${this.#name} never said ${pattern}, but:\n${this.log}`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  /** Sends the signal and waits for the end: the exit code. */
  async end(signal: Deno.Signal = "SIGTERM"): Promise<number> {
    if (this.#ended === null) this.#child.kill(signal);
    const limit = setTimeout(() => this.#child.kill("SIGKILL"), PATIENCE_MS);
    const { code } = await this.#child.status;
    clearTimeout(limit);
    await this.#reading;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL");
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const line of stream.pipeThrough(new TextLineStream())) {
      this.#lines.push(line);
      this.#wake();
    }
  }
}

/** As users start them. */
export function asUsersDo(name: ProgramName): readonly string[] {
  const compiled = compiledProductPath(name);
  return compiled === null ? fromSources(name) : [compiled];
}

/** Why a test that needs the compiled programs cannot run; null when it can. */
export function whyNotCompiled(): string | null {
  const isCompiled = compiledProductPath("cnapt") !== null && compiledProductPath("snapt") !== null;
  return isCompiled ? null : "dist/ has no programs as new as the sources: `task compile --host`";
}

/** The same programs, which may not have more than `limit` descriptors, whoever starts them. */
export function withDescriptors(limit: number, launch: Launch = asUsersDo): Launch {
  return (name) => ["sh", "-c", `ulimit -n ${limit} && exec "$0" "$@"`, ...launch(name)];
}

function fromSources(name: ProgramName): readonly string[] {
  const config = fileURLToPath(new URL("deno.json", ROOT));
  const main = fileURLToPath(new URL(`${name}.ts`, ROOT));
  // As they are compiled: a right that was given up is not asked for on a terminal.
  return [Deno.execPath(), "run", "-q", "--no-prompt", "--config", config, "-P=programs", main];
}

function spawn(
  [command = "", ...args]: readonly string[],
  folder: string,
  stdin: "null" | "piped",
): Deno.ChildProcess {
  return new Deno.Command(command, {
    args,
    cwd: folder,
    // The developer's own configuration is none of the test's, and the test's is in its folder.
    env: {
      NO_COLOR: "1",
      CNAPT_CONFIG: "cnapt.yaml",
      SNAPT_CONFIG: "snapt.yaml",
      XDG_CONFIG_HOME: join(folder, "no-config"),
      XDG_STATE_HOME: join(folder, "no-state"),
    },
    stdin,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
