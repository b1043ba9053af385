import type { Socket } from "node:net";
import { monotonicMs } from "./clock.ts";
import type { ConnFailed } from "./conn_failed.ts";
import { disconnect } from "./disconnect.ts";
import { NodeConn } from "./node_conn.ts";
import { ReadSlot } from "./read_slot.ts";

/**
 * To be given to node:tls as `highWaterMark`. What it does when that is reached is of no use: it
 * goes on reading from the network, without bound, and may forget the end of the input.
 */
export const TLS_HIGH_WATER_MARK = Number.MAX_SAFE_INTEGER;

/** A socket and what node:tls itself uses of it. */
export type RawSocket = Socket & {
  readonly _handle?: { readStart(): void; readStop(): void } | null;
};

/** Reading stops while so many bytes wait to be used. */
const MAX_WAITING_BYTES = 256 * 1024;

/** A TLS connection of node:tls, which pushes what it has decrypted: a few pieces wait here. */
export class TlsNodeConn extends NodeConn {
  readonly #slot = new ReadSlot();
  readonly #raw: RawSocket;
  readonly #since = monotonicMs();
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #intake: "open" | "stopped" = "open";
  override readonly shownCertificate: Uint8Array;

  /** `raw` is the socket below; `shown` the certificate of the other end, in DER. */
  constructor(socket: Socket, raw: Socket, shown: Uint8Array) {
    super(socket);
    this.#raw = raw;
    this.shownCertificate = shown;
    socket.on("data", (bytes: Uint8Array) => this.#received(bytes));
    socket.on("end", () => {
      raw.ref(); // node:tls lets go of it, and what is still to be written would be forgotten
      this.#slot.end(null);
    });
  }

  override readNext(): Promise<Uint8Array | null> {
    const bytes = this.takeLeftover() ?? this.#next();
    if (bytes !== null) return Promise.resolve(bytes);
    return this.#slot.take() ?? this.#slot.wait();
  }

  /** Closing would send FIN, and what is encrypted already would go out before it. */
  override reset(): void {
    this.#waiting.length = 0;
    // Of what is over there is nothing to be found, and looking for it takes a while.
    if (!this.isOver) disconnect(this.localAddress, this.remoteAddress, { since: this.#since });
    super.reset();
    this.#raw.destroy();
  }

  override close(): void {
    this.#waiting.length = 0;
    super.close();
  }

  /** What came before the end, or before a failure, is still there to be read. */
  protected override endRead(failure: ConnFailed): void {
    this.#slot.end(failure);
  }

  #received(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#slot.isAwaited) return this.#slot.give(bytes);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes < MAX_WAITING_BYTES || this.#intake === "stopped") return;
    this.#intake = "stopped";
    this.#raw._handle?.readStop();
  }

  #next(): Uint8Array | null {
    const bytes = this.#waiting.shift() ?? null;
    this.#waitingBytes -= bytes?.length ?? 0;
    if (this.#intake === "stopped" && this.#waitingBytes < MAX_WAITING_BYTES / 2) {
      this.#intake = "open";
      this.#raw._handle?.readStart();
    }
    return bytes;
  }
}
