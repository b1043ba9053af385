import type { Socket } from "node:net";
import { AdaptiveBuffer } from "./adaptive_buffer.ts";
import type { ConnFailed } from "./conn_failed.ts";
import { NodeConn } from "./node_conn.ts";
import { ReadSlot } from "./read_slot.ts";

/**
 * The buffer that a plain socket reads into; made before the socket, which wants it at birth
 * (`onread`). After each piece the socket pauses until the piece was used.
 */
export class PlainInlet {
  readonly slot = new ReadSlot();
  readonly #buffer = new AdaptiveBuffer();
  #last = -1;

  /** Asked for before each read: pieces given out are in the buffer before, or used up. */
  readonly buffer = (): Uint8Array => {
    if (this.#last >= 0) this.#buffer.adapt(this.#last);
    this.#last = -1;
    return this.#buffer.bytes;
  };

  readonly callback = (count: number, buffer: Uint8Array): boolean => {
    this.#last = count;
    this.slot.give(buffer.subarray(0, count));
    return false;
  };
}

/** A plain connection whose socket reads straight into a buffer of ours. */
export class PlainNodeConn extends NodeConn {
  readonly #slot: ReadSlot;

  constructor(socket: Socket, inlet: PlainInlet) {
    super(socket);
    this.#slot = inlet.slot;
    socket.on("end", () => this.#slot.end(null));
  }

  override readNext(): Promise<Uint8Array | null> {
    const leftover = this.takeLeftover();
    if (leftover !== null) return Promise.resolve(leftover);
    const ready = this.#slot.take();
    if (ready !== undefined) return ready;
    const waiting = this.#slot.wait();
    this.socket.resume();
    return waiting;
  }

  protected override endRead(failure: ConnFailed): void {
    this.#slot.end(failure);
  }
}
