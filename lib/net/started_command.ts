import { passOnUnlessEnded } from "../config/system_failure.ts";
import { CommandBroken } from "./command_broken.ts";
import { descriptors } from "./descriptor_budget.ts";

/** A program that runs without a shell, with its input open, until its signal is aborted at the latest. */
export class StartedCommand implements Disposable {
  readonly child: Deno.ChildProcess;
  readonly #program: string;
  readonly #signal: AbortSignal;
  readonly #kill = () => this.kill();

  /**
   * Starts it; `output`: whether somebody reads what it says.
   *
   * @throws {CommandBroken} it cannot be started, or was called off before
   */
  constructor(
    [program = "", ...args]: readonly string[],
    output: "piped" | "null",
    signal: AbortSignal,
  ) {
    this.#program = program;
    this.#signal = signal;
    this.expectWanted();
    try {
      const options = { args, stdin: "piped", stdout: output, stderr: output } as const;
      this.child = new Deno.Command(program, options).spawn();
    } catch (cause) {
      descriptors().noteRefusal(cause);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CommandBroken("notStarted", program, `cannot be started: ${reason}`, { cause });
    }
    signal.addEventListener("abort", this.#kill, { once: true });
  }

  /** @throws {CommandBroken} it was called off */
  expectWanted(): void {
    if (!this.#signal.aborted) return;
    const cause = this.#signal.reason;
    throw new CommandBroken("stopped", this.#program, "was ended: it was called off", { cause });
  }

  /** Ends it at once, by its handle; nothing happens when it has ended. */
  kill(): void {
    try {
      this.child.kill("SIGKILL");
    } catch (error) {
      passOnUnlessEnded(error);
    }
  }

  /** Writes all of its input, as far as it reads it. */
  async write(input: AsyncIterable<Uint8Array<ArrayBuffer>> | null): Promise<void> {
    const writer = this.child.stdin.getWriter();
    try {
      for await (const part of input ?? []) await writer.write(part);
      await writer.close();
    } catch (error) {
      passOnUnlessEnded(error); // it need not read what it is told
    }
  }

  /** Whoever goes on without it has no use for it. */
  [Symbol.dispose](): void {
    this.#signal.removeEventListener("abort", this.#kill);
    this.kill();
  }
}
