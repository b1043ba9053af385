import type { Socket } from "node:net";
import type { ConnFailed } from "./conn_failed.ts";
import { NodeConn } from "./node_conn.ts";
import { ReadSlot } from "./read_slot.ts";

/** A TLS connection; node:tls delivers pieces of 16 KiB, which are drained together. */
export class TlsNodeConn extends NodeConn {
  readonly #slot = new ReadSlot();

  constructor(socket: Socket) {
    super(socket);
    socket.on("readable", () => this.#drain());
    socket.on("end", () => this.#slot.end(null));
  }

  override readNext(): Promise<Uint8Array | null> {
    const bytes = this.takeLeftover() ?? this.#take();
    if (bytes !== null) return Promise.resolve(bytes);
    return this.#slot.take() ?? this.#slot.wait();
  }

  protected override endRead(failure: ConnFailed): void {
    this.#slot.end(failure);
  }

  #drain(): void {
    if (!this.#slot.isAwaited) return;
    const bytes = this.#take();
    if (bytes !== null) this.#slot.give(bytes);
  }

  #take(): Uint8Array | null {
    const bytes: unknown = this.socket.read();
    return bytes instanceof Uint8Array && bytes.length > 0 ? bytes : null;
  }
}
