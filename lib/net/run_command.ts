import { passOnUnlessEnded } from "../config/system_failure.ts";
import { CommandBroken } from "./command_broken.ts";
import { descriptors } from "./descriptor_budget.ts";

/**
 * Runs a program with `input` on its standard input, without a shell, and waits for its end. Its
 * output goes nowhere. When `signal` is aborted it is killed, by its handle.
 *
 * @throws {CommandBroken} it cannot be started, ended with another status than 0, or was killed
 */
export async function runCommand(
  argv: readonly string[],
  input: string,
  signal: AbortSignal,
): Promise<void> {
  const [program = "", ...args] = argv;
  const stopped = () =>
    new CommandBroken("stopped", program, "was ended: it was called off", { cause: signal.reason });
  if (signal.aborted) throw stopped();
  const child = start(program, args);
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch (error) {
      passOnUnlessEnded(error);
    }
  };
  signal.addEventListener("abort", kill, { once: true });
  try {
    const writing = write(child.stdin, input);
    const { code, signal: killedBy } = await child.status;
    await writing;
    if (signal.aborted) throw stopped();
    if (code !== 0) {
      throw new CommandBroken("failed", program, `ended with ${killedBy ?? `status ${code}`}`);
    }
  } finally {
    signal.removeEventListener("abort", kill);
  }
}

function start(program: string, args: string[]): Deno.ChildProcess {
  try {
    const options = { args, stdin: "piped", stdout: "null", stderr: "null" } as const;
    return new Deno.Command(program, options).spawn();
  } catch (cause) {
    descriptors().noteRefusal(cause);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandBroken("notStarted", program, `cannot be started: ${reason}`, { cause });
  }
}

async function write(stdin: WritableStream<Uint8Array<ArrayBuffer>>, text: string): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch (error) {
    passOnUnlessEnded(error); // it need not read what it is told
  }
}
