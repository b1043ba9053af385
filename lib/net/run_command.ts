/**
 * Runs a program with `input` on its standard input, without a shell, and waits for its end. Its
 * output goes nowhere. When `signal` is aborted it is killed, by its handle.
 *
 * @throws {Error} it cannot be started, ended with another status than 0, or was killed
 */
export async function runCommand(
  argv: readonly string[],
  input: string,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const [program = "", ...args] = argv;
  const child = new Deno.Command(program, { args, stdin: "piped", stdout: "null", stderr: "null" })
    .spawn();
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  };
  signal.addEventListener("abort", kill, { once: true });
  try {
    const writing = write(child.stdin, input);
    const { code, signal: killedBy } = await child.status;
    await writing;
    signal.throwIfAborted();
    if (code !== 0) {
      throw new Error(`Cannot run ${program}: it ended with ${killedBy ?? `status ${code}`}`);
    }
  } finally {
    signal.removeEventListener("abort", kill);
  }
}

async function write(stdin: WritableStream<Uint8Array<ArrayBuffer>>, text: string): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch {
    // It need not read what it is told.
  }
}
