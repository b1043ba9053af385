import { CommandBroken } from "./command_broken.ts";
import { StartedCommand } from "./started_command.ts";

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
  using command = new StartedCommand(argv, "null", signal);
  const [{ code, signal: killedBy }] = await Promise.all([
    command.child.status,
    command.write(oneText(input)),
  ]);
  command.expectWanted();
  if (code !== 0) {
    const [program = ""] = argv;
    throw new CommandBroken("failed", program, `ended with ${killedBy ?? `status ${code}`}`);
  }
}

async function* oneText(text: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield new TextEncoder().encode(text);
}
