import { CommandBroken } from "./command_broken.ts";
import { StartedCommand } from "./started_command.ts";

/** A program that is given bytes and says something, while people see what it tells them. */
export interface PipedCommand {
  readonly argv: readonly string[];
  /** What it reads; null: nothing. */
  readonly input: AsyncIterable<Uint8Array<ArrayBuffer>> | null;
  /** In bytes; what says more is ended. */
  readonly mostOut: number;
  /** Gets each line of its standard error, when it comes. */
  readonly onWords: (line: string) => void;
}

/** How it ended, and what it said. */
export interface PipedAnswer {
  readonly code: number;
  readonly out: string;
}

/** A line of standard error that is longer comes in pieces. */
const MOST_LINE = 2_000;

/**
 * Runs a program to its end, without a shell. It has the terminal that this program has, for what
 * it asks there. When `signal` is aborted it is killed.
 *
 * @throws {CommandBroken} it cannot be started, said too much, or was called off
 */
export async function pipedCommand(
  { argv, input, mostOut, onWords }: PipedCommand,
  signal: AbortSignal,
): Promise<PipedAnswer> {
  using command = new StartedCommand(argv, "piped", signal);
  const [out, , { code }] = await Promise.all([
    read(command.child.stdout, mostOut, () => command.kill()),
    hear(command.child.stderr, onWords),
    command.child.status,
    command.write(input),
  ]);
  command.expectWanted();
  if (out !== null) return { code, out };
  const [program = ""] = argv;
  throw new CommandBroken("failed", program, `was ended: it said more than ${mostOut} bytes`);
}

/** Null: it said too much. */
async function read(
  stdout: ReadableStream<Uint8Array<ArrayBuffer>>,
  most: number,
  kill: () => void,
): Promise<string | null> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const part of stdout) {
    size += part.length;
    if (size <= most) parts.push(part);
    else kill();
  }
  return size > most ? null : await new Blob(parts).text();
}

async function hear(
  stderr: ReadableStream<Uint8Array<ArrayBuffer>>,
  onWords: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of stderr) {
    const lines = (rest + decoder.decode(part, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MOST_LINE) lines.push(rest.slice(0, MOST_LINE));
    if (rest.length > MOST_LINE) rest = rest.slice(MOST_LINE);
    for (const line of lines) onWords(line.replace(/\r$/, ""));
  }
  if (rest !== "") onWords(rest);
}
