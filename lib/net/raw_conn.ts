import type { Socket } from "node:net";
import { monotonicMs } from "./clock.ts";
import type { ConnFailed } from "./conn_failed.ts";
import { disconnect } from "./disconnect.ts";
import { NodeConn } from "./node_conn.ts";

const ROOM_BYTES = 2 * 1024;

/**
 * A plain connection of node:net that is read to a certain byte and then taken over by node:tls, which
 * reads and writes the socket itself: through a stream of ours each byte would cost it twice as much,
 * and each message half as much again.
 */
export class RawConn extends NodeConn {
  readonly #since = monotonicMs();
  readonly #onReadable = () => this.#look();
  #waiting: { readonly look: () => void; readonly reject: (error: ConnFailed) => void } | null =
    null;
  #failure: ConnFailed | null = null;

  constructor(socket: Socket) {
    super(socket);
    socket.on("readable", this.#onReadable);
    socket.on("end", this.#onReadable);
  }

  /** Leaves behind what `into` has no room for. */
  override async read(into: Uint8Array): Promise<number | null> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure;
      const { readableLength } = this.socket;
      const bytes: Uint8Array | null = this.socket.read(Math.min(readableLength, into.length));
      if (bytes !== null && bytes.length > 0) {
        into.set(bytes);
        return bytes.length;
      }
      if (this.socket.readableEnded) return null;
      await new Promise<void>((look, reject) => this.#waiting = { look, reject });
    }
  }

  override async readNext(): Promise<Uint8Array | null> {
    const room = new Uint8Array(ROOM_BYTES);
    const count = await this.read(room);
    return count === null ? null : room.subarray(0, count);
  }

  /** The socket, with what was not read in it; nothing is to be read or written here any more. */
  takeOver(): Socket {
    this.socket.off("readable", this.#onReadable);
    this.socket.off("end", this.#onReadable);
    return this.socket;
  }

  /** Closing would send FIN, and what waits to go would go out before it. */
  override reset(): void {
    if (!this.isOver) disconnect(this.localAddress, this.remoteAddress, { since: this.#since });
    super.reset();
  }

  protected override endRead(failure: ConnFailed): void {
    this.#failure = failure;
    this.#waiting?.reject(failure);
    this.#waiting = null;
  }

  #look(): void {
    this.#waiting?.look();
    this.#waiting = null;
  }
}
