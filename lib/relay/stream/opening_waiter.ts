import type { ResetCode } from "../../core/wire/reset_code.ts";
import type { ByteConn } from "../../net/byte_conn.ts";

/** Who asks for a destination and has to hear what became of it before the first byte. */
export interface OpeningWaiter {
  /** The connection that waits, of which nothing is read until then; null: there is none. */
  readonly application: ByteConn | null;
  /** It is connected: tells the application, and gives what is to be relayed from now on. */
  opened(): Promise<ByteConn>;
  /** It is not, or the session ended before it was. */
  failed(code: ResetCode): void;
}

interface Waiting {
  readonly waiter: OpeningWaiter;
  readonly give: (application: ByteConn | null) => void;
}

/** The waiters of one session by their streams. */
export class OpeningWaiters {
  readonly #waiting = new Map<number, Waiting>();

  /** Resolves with the application's connection when the stream is opened, null if it fails. */
  add(stream: number, waiter: OpeningWaiter): Promise<ByteConn | null> {
    const { promise, resolve } = Promise.withResolvers<ByteConn | null>();
    this.#waiting.set(stream, { waiter, give: resolve });
    return promise;
  }

  /** @throws {ConnFailed} the application could not be told any more */
  async opened(stream: number): Promise<void> {
    const one = this.#take(stream);
    if (one === null) return;
    let application: ByteConn | null = null;
    try {
      application = await one.waiter.opened();
    } finally {
      one.give(application);
    }
  }

  failed(stream: number, code: ResetCode): void {
    const one = this.#take(stream);
    one?.waiter.failed(code);
    one?.give(null);
  }

  /** The waiter goes on elsewhere, and has heard nothing. */
  forget(stream: number): void {
    this.#take(stream)?.give(null);
  }

  failAll(code: ResetCode): void {
    for (const stream of [...this.#waiting.keys()]) this.failed(stream, code);
  }

  #take(stream: number): Waiting | null {
    const one = this.#waiting.get(stream) ?? null;
    this.#waiting.delete(stream);
    return one;
  }
}
