/** Runs the product's own programs from their sources, as a user would run the binaries. */
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);

/** The configuration of whoever looks at the demo is none of its. */
const CONFIGS_HERE = { CNAPT_CONFIG: "cnapt.yaml", SNAPT_CONFIG: "snapt.yaml" };

/** Arguments of `deno` that run `cnapt` or `snapt` from the sources. */
function runArguments(program: "cnapt" | "snapt", args: readonly string[]): string[] {
  return ["run", "-q", "-P=programs", fileURLToPath(new URL(`${program}.ts`, ROOT)), ...args];
}

/**
 * Runs a command to its end and returns what it printed on standard output. When `signal` is
 * aborted the command has ended too before that is thrown.
 */
export async function run(
  program: "cnapt" | "snapt",
  args: readonly string[],
  { cwd, signal }: { readonly cwd: string; readonly signal: AbortSignal },
): Promise<string> {
  signal.throwIfAborted();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: runArguments(program, args),
    cwd,
    env: CONFIGS_HERE,
    signal,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  signal.throwIfAborted();
  if (code !== 0) {
    throw new Error(
      `Cannot run ${program} ${args[0]}: it ended with ${code}: ${
        new TextDecoder().decode(stderr)
      }`,
    );
  }
  return new TextDecoder().decode(stdout).trim();
}

/** A program that goes on running; its log lines go to `onLine`. */
export class Running {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;

  constructor(
    program: "cnapt" | "snapt",
    args: readonly string[],
    cwd: string,
    onLine: (line: string) => void,
  ) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: runArguments(program, args),
      cwd,
      env: CONFIGS_HERE,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#reading = readLines(this.#child.stderr, onLine);
  }

  /** Asks it to end and waits until it has; returns its exit code. */
  async stop(): Promise<number> {
    try {
      this.#child.kill(Deno.build.os === "windows" ? "SIGKILL" : "SIGTERM");
    } catch {
      // It has ended by itself.
    }
    const { code } = await this.#child.status;
    await this.#reading;
    return code;
  }
}

async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
): Promise<void> {
  let open = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (open + text).split("\n");
    open = lines.pop() ?? "";
    lines.forEach(onLine);
  }
  if (open !== "") onLine(open);
}
