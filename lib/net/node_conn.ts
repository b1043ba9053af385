import type { Socket } from "node:net";
import type { ByteConn } from "./byte_conn.ts";
import { ConnFailed, toConnFailed } from "./conn_failed.ts";
import { monotonicMs } from "./clock.ts";
import { formatAddress } from "./socket_address.ts";
import { findConnection, type FoundSocket } from "./socket_table.ts";
import { acknowledgedMsAgo, systemRoundTripMs } from "./tcp_info.ts";

/**
 * What both kinds of node:net connections have in common: writing, ending, failing. Needed
 * where Deno's own connections cannot be bound to an address or device.
 */
export abstract class NodeConn implements ByteConn {
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly shownCertificate: Uint8Array | null = null;
  protected readonly socket: Socket;
  readonly #since = monotonicMs();
  /** Its descriptor, which is its own until it is closed; `unknown`: not looked for yet. */
  #found: FoundSocket | null | "unknown" = "unknown";
  #failure: ConnFailed | null = null;
  #leftover: Uint8Array | null = null;
  #writer: { resolve: () => void; reject: (error: ConnFailed) => void } | null = null;

  constructor(socket: Socket) {
    this.socket = socket;
    this.localAddress = formatAddress(socket.localAddress ?? "", socket.localPort ?? 0);
    this.remoteAddress = formatAddress(socket.remoteAddress ?? "", socket.remotePort ?? 0);
    socket.on("error", (error: Error) => this.#fail(toConnFailed(error, `use ${this.#name()}`)));
    socket.on("close", () => this.#fail(this.#closed()));
  }

  /** It has broken, or was closed at this end: there is no connection any more. */
  protected get isOver(): boolean {
    return this.#failure !== null;
  }

  abstract readNext(): Promise<Uint8Array | null>;
  /** Ends a read that is waiting, and all later ones. */
  protected abstract endRead(failure: ConnFailed): void;

  async read(into: Uint8Array): Promise<number | null> {
    const bytes = this.#leftover ?? await this.readNext();
    this.#leftover = null;
    if (bytes === null) return null;
    const count = Math.min(bytes.length, into.length);
    into.set(count === bytes.length ? bytes : bytes.subarray(0, count));
    if (count < bytes.length) this.#leftover = bytes.subarray(count);
    return count;
  }

  protected takeLeftover(): Uint8Array | null {
    const leftover = this.#leftover;
    this.#leftover = null;
    return leftover;
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#writer = { resolve, reject };
      this.socket.write(bytes, (error) => {
        this.#writer = null;
        if (error) reject(toConnFailed(error, `write to ${this.remoteAddress}`));
        else resolve();
      });
    });
  }

  closeWrite(): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve) => {
      const done = () => {
        this.socket.off("close", done);
        resolve();
      };
      this.socket.on("close", done);
      this.socket.end(done);
    });
  }

  acknowledgedMsAgo(): number | null {
    const socket = this.#findSocket();
    return socket === null ? null : acknowledgedMsAgo(socket);
  }

  systemRoundTripMs(): number | null {
    const socket = this.#findSocket();
    return socket === null ? null : systemRoundTripMs(socket);
  }

  #findSocket(): FoundSocket | null {
    if (this.isOver) return null;
    if (this.#found === "unknown") {
      const { localAddress, remoteAddress } = this;
      this.#found = findConnection(localAddress, remoteAddress, { since: this.#since });
    }
    return this.#found;
  }

  close(): void {
    // FIN would say that everything was sent.
    if (this.#writer !== null) return this.reset();
    this.#fail(this.#closed());
    this.socket.destroy();
  }

  reset(): void {
    this.#fail(this.#closed());
    this.socket.resetAndDestroy();
  }

  #fail(failure: ConnFailed): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    this.#writer?.reject(failure);
    this.#writer = null;
    this.endRead(failure);
  }

  #name(): string {
    return `connection to ${this.remoteAddress}`;
  }

  #closed(): ConnFailed {
    return new ConnFailed("closedHere", `Cannot use ${this.#name()}: it is closed`);
  }
}
