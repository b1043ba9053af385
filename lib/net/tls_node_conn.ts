import type { Socket } from "node:net";
import type { ConnFailed } from "./conn_failed.ts";
import { NodeConn } from "./node_conn.ts";
import { ReadSlot } from "./read_slot.ts";

/**
 * To be given to node:tls as `highWaterMark`. What it does when that is reached is of no use: it
 * goes on reading from the network, without bound, and may forget the end of the input.
 */
export const TLS_HIGH_WATER_MARK = Number.MAX_SAFE_INTEGER;

/** A socket and what node:tls itself uses of it. */
type RawSocket = Socket & { readonly _handle?: { readStart(): void; readStop(): void } | null };

/** A TLS connection; node:tls delivers pieces of 16 KiB, which are drained together. */
export class TlsNodeConn extends NodeConn {
  readonly #slot = new ReadSlot();
  readonly #raw: RawSocket;
  #intake: "open" | "stopped" = "open";

  /** `raw` is the socket below. */
  constructor(socket: Socket, raw: Socket) {
    super(socket);
    this.#raw = raw;
    socket.on("readable", () => this.#drain());
    socket.on("end", () => {
      raw.ref(); // node:tls lets go of it, and what is still to be written would be forgotten
      this.#slot.end(null);
    });
  }

  override readNext(): Promise<Uint8Array | null> {
    const bytes = this.takeLeftover() ?? this.#take();
    if (bytes !== null) return Promise.resolve(bytes);
    if (this.#intake === "stopped") {
      this.#intake = "open";
      this.#raw._handle?.readStart();
    }
    return this.#slot.take() ?? this.#slot.wait();
  }

  protected override endRead(failure: ConnFailed): void {
    this.#slot.end(failure);
  }

  #drain(): void {
    if (!this.#slot.isAwaited) {
      this.#intake = "stopped";
      this.#raw._handle?.readStop();
      return;
    }
    const bytes = this.#take();
    if (bytes !== null) this.#slot.give(bytes);
  }

  #take(): Uint8Array | null {
    const bytes: unknown = this.socket.read();
    return bytes instanceof Uint8Array && bytes.length > 0 ? bytes : null;
  }
}
