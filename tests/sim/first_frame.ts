import type { Message } from "../../lib/core/wire/message.ts";
import { FrameReader } from "../../lib/core/wire/frame_reader.ts";
import type { SimConn } from "./sim_conn.ts";

/**
 * Reads along what one end of a link writes, up to the first frame that says what the link is for
 * (PING and PONG do not), behind the `proofBytes` with which every link begins.
 */
export class FirstFrame {
  readonly #reader = new FrameReader();
  #proofBytes: number;
  #message: Message | null = null;

  constructor(conn: SimConn, proofBytes: number, seen: (message: Message) => void = () => {}) {
    this.#proofBytes = proofBytes;
    conn.wrote = (bytes) => {
      const message = this.#next(bytes);
      if (message === null) return;
      this.#message = message;
      conn.wrote = () => {};
      seen(message);
    };
  }

  /** Null while nothing was written that says what the link is for. */
  get message(): Message | null {
    return this.#message;
  }

  #next(bytes: Uint8Array): Message | null {
    const skipped = Math.min(bytes.length, this.#proofBytes);
    this.#proofBytes -= skipped;
    if (skipped === bytes.length) return null;
    this.#reader.push(bytes.slice(skipped));
    let message = this.#reader.next();
    while (message?.kind === "ping" || message?.kind === "pong") message = this.#reader.next();
    return message;
  }
}
