import type { ByteConn } from "../../net/byte_conn.ts";
import { endStandardOutput } from "../../net/end_of_output.ts";
import { CommandFailed } from "../program/usage_error.ts";

const BUFFER_BYTES = 64 * 1024;

/** Whoever read the output has gone. */
export class ReaderGone extends CommandFailed {
  constructor(cause: unknown) {
    super("Cannot go on: whoever read the output has gone", { cause });
  }
}

/**
 * Standard input and output as the two directions of a connection. Each ends by itself, and as much
 * is in memory as one read gave.
 */
export class StdioStreams {
  readonly #conn: ByteConn;
  #input: "open" | "stopped" = "open";
  #stopRead: () => void = () => {};

  constructor(conn: ByteConn) {
    this.#conn = conn;
  }

  /**
   * Relays until both directions have ended; `rest` goes to the output first.
   *
   * @throws {ReaderGone} the output cannot be written any more
   * @throws {ConnFailed} the connection broke
   */
  async relay(rest: Uint8Array): Promise<void> {
    if (rest.length > 0) await this.#writeAll(rest);
    await Promise.all([this.#sendInput(), this.#writeOutput()]);
  }

  /** Ends the input where it is; what was read is still sent, and then the end. */
  stopInput(): void {
    this.#input = "stopped";
    this.#stopRead();
  }

  async #sendInput(): Promise<void> {
    const buffer = new Uint8Array(BUFFER_BYTES);
    for (;;) {
      const count = await this.#readInput(buffer);
      if (count === null) return await this.#conn.closeWrite();
      await this.#conn.write(buffer.subarray(0, count));
    }
  }

  /** A read that waits cannot be called off: it is left behind, with nothing in it. */
  #readInput(buffer: Uint8Array): Promise<number | null> {
    if (this.#input === "stopped") return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      this.#stopRead = () => resolve(null);
      Deno.stdin.read(buffer).then(resolve, reject);
    });
  }

  async #writeOutput(): Promise<void> {
    const conn = this.#conn;
    for (let bytes = await conn.readNext(); bytes !== null; bytes = await conn.readNext()) {
      await this.#writeAll(bytes);
    }
    // Whoever reads the output is to see its end, also while the input goes on.
    Deno.stdout.close();
    endStandardOutput();
    if (Deno.stdin.isTerminal()) this.stopInput();
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        done += await Deno.stdout.write(bytes.subarray(done));
      }
    } catch (error) {
      throw error instanceof Deno.errors.BrokenPipe ? new ReaderGone(error) : error;
    }
  }
}
