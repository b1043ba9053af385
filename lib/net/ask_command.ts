import { CommandBroken } from "./command_broken.ts";
import { descriptors } from "./descriptor_budget.ts";

/** What a program said and how it ended. */
export interface CommandAnswer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a program of the system to its end, without a shell, and hands back what it said, whatever
 * its status. When `signal` is aborted it is killed.
 *
 * @throws {CommandBroken} it cannot be started, or was called off
 */
export async function askCommand(
  argv: readonly string[],
  signal: AbortSignal,
): Promise<CommandAnswer> {
  const [program = "", ...args] = argv;
  try {
    const options = { args, stdin: "null", stdout: "piped", stderr: "piped", signal } as const;
    const { code, stdout, stderr } = await new Deno.Command(program, options).output();
    if (signal.aborted) {
      throw new CommandBroken("stopped", program, "was ended: it has not answered in time");
    }
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    return { code, out: text(stdout), err: text(stderr) };
  } catch (cause) {
    if (cause instanceof CommandBroken) throw cause;
    descriptors().noteRefusal(cause);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandBroken("notStarted", program, `cannot be started: ${reason}`, { cause });
  }
}
