import { LabFailure } from "./lab_failure.ts";

/** How a command that ran to its end ended. */
export interface FinishedCommand {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a command to its end. */
export interface RunOptions {
  /** Standard input; nothing by default. */
  readonly input?: string;
  /** After this the command is killed and counts as failed; 60 s by default. */
  readonly limitMs?: number;
  /** Also return, instead of throwing, when the status is not 0. */
  readonly mayFail?: boolean;
}

const DEFAULT_LIMIT_MS = 60_000;

/**
 * Runs a command of this machine to its end.
 *
 * @throws LabFailure with what the command said, unless its status is 0 or `mayFail` is set; also
 * when it takes too long
 */
export async function runCommand(
  argv: readonly string[],
  options: RunOptions = {},
): Promise<FinishedCommand> {
  const [program = "", ...args] = argv;
  const limitMs = options.limitMs ?? DEFAULT_LIMIT_MS;
  const signal = AbortSignal.timeout(limitMs);
  await using child = new Deno.Command(program, {
    args,
    stdin: options.input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    signal,
  }).spawn();
  const [output] = await Promise.all([child.output(), feed(child, options.input)]);
  const finished = {
    code: output.code,
    stdout: new TextDecoder().decode(output.stdout),
    stderr: new TextDecoder().decode(output.stderr),
  };
  const said = `${finished.stdout}${finished.stderr}`.trim().slice(-2000);
  if (signal.aborted) {
    throw new LabFailure(`Cannot run ${argv.join(" ")}: not done in ${limitMs} ms: ${said}`);
  }
  if (finished.code !== 0 && options.mayFail !== true) {
    throw new LabFailure(`Cannot run ${argv.join(" ")}: status ${finished.code}: ${said}`);
  }
  return finished;
}

async function feed(child: Deno.ChildProcess, input: string | undefined): Promise<void> {
  if (input === undefined) return;
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch (error) {
    // A command that ends without reading its input to the end says why with its status.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
