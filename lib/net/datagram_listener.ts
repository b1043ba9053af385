/**
 * A UDP port that many peers send to, and that answers each from the address it was asked at.
 *
 * Theory of operation. A socket on all addresses does not tell at which of them a datagram came, and
 * the system chooses where the answer comes from: on a machine with several addresses perhaps another
 * one, which the peer, its firewall or its NAT then takes for a stranger's. A socket on one address
 * cannot go wrong. So beside the one on all addresses there is one on each that the machine has, and
 * the system hands every datagram to that which fits best. Two sockets may share a port only while
 * both say so (SO_REUSEADDR); ours say it just as long as one is opened, so no other program can.
 * Only Linux with the C library: elsewhere the socket on all addresses has to do.
 */
import { isAnyAddress } from "../config/host_port.ts";
import {
  type DatagramOptions,
  type DatagramSocket,
  listenBeside,
  listenDatagrams,
} from "./datagram_socket.ts";
import type { Endpoint } from "./endpoint.ts";
import { type ListenAddress, ListenFailed } from "./listen.ts";
import { familyOf } from "./socket_address.ts";

/** A peer, and the socket by which it sends and is answered. */
export interface DatagramPath {
  /** Tells paths apart: the peer's address and the socket's. */
  readonly key: string;
  readonly peer: Endpoint;
  readonly socket: Pick<DatagramSocket, "send">;
  /** It leads through a relay, which wants to know when the peer has proven to be there. */
  readonly relayed?: { proven(): void };
}

/** What its owner does with the port. Nothing of this may throw. */
export interface DatagramListenerHandler {
  /** `bytes` are good only during the call. */
  received(bytes: Uint8Array, from: DatagramPath): void;
  notSent(why: "tooBig" | "failed", bytes: number, to: Endpoint): void;
}

/**
 * Listens on all these addresses, or on none.
 *
 * @throws {ListenFailed} one of them cannot be listened on
 */
export function listenForAll(
  listen: readonly ListenAddress[],
  fragments: DatagramOptions["fragments"],
  handler: DatagramListenerHandler,
): readonly DatagramListener[] {
  const opened: DatagramListener[] = [];
  try {
    for (const one of listen) {
      opened.push(new DatagramListener({ ...one, fragments }, handler));
    }
    return opened;
  } catch (error) {
    for (const one of opened) one.close().catch(reportError);
    throw error;
  }
}

export class DatagramListener {
  readonly #handler: DatagramListenerHandler;
  readonly #main: DatagramSocket;
  readonly #options: DatagramOptions;
  readonly #byAddress = new Map<string, DatagramSocket>();
  readonly #paths = new WeakMap<Endpoint, DatagramPath>();

  /** @throws {ListenFailed} the port is taken, forbidden, or the address is not of this machine */
  constructor(options: DatagramOptions, handler: DatagramListenerHandler) {
    this.#handler = handler;
    this.#options = options;
    this.#main = this.#open((own) => listenDatagrams(options, own));
  }

  get host(): string {
    return this.#main.host;
  }

  get port(): number {
    return this.#main.port;
  }
  /** The addresses that have a socket of their own. */
  get addresses(): readonly string[] {
    return [...this.#byAddress.keys()];
  }

  /** The machine has these addresses now; one that cannot be listened on is left out. */
  useAddresses(addresses: readonly string[]): void {
    const { host } = this.#options;
    if (!isAnyAddress(host)) return;
    const wanted = addresses.filter((one) => host.includes(":") || familyOf(one) === 4);
    for (const [address, socket] of this.#byAddress) {
      if (wanted.includes(address)) continue;
      this.#byAddress.delete(address);
      socket.close().catch(reportError);
    }
    for (const address of wanted) {
      if (this.#byAddress.has(address)) continue;
      const socket = this.#openAt(address);
      if (socket !== null) this.#byAddress.set(address, socket);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#main, ...this.#byAddress.values()].map((socket) => socket.close()));
    this.#byAddress.clear();
  }

  #openAt(host: string): DatagramSocket | null {
    try {
      return this.#open((own) =>
        listenBeside(this.#main, { ...this.#options, host, port: this.port }, own)
      );
    } catch (error) {
      if (error instanceof ListenFailed) return null; // it is gone again, or not ready yet
      throw error;
    }
  }

  #open<Socket extends DatagramSocket | null>(
    open: (handler: Parameters<typeof listenDatagrams>[1]) => Socket,
  ): Socket {
    const socket: Socket = open({
      received: (bytes, from) => {
        if (socket !== null) this.#handler.received(bytes, this.#pathOf(from, socket));
      },
      notSent: (why, bytes, to) => this.#handler.notSent(why, bytes, to),
    });
    return socket;
  }

  #pathOf(peer: Endpoint, socket: DatagramSocket): DatagramPath {
    const known = this.#paths.get(peer);
    if (known !== undefined) return known;
    const path = { key: `${peer.key} at ${socket.host}`, peer, socket };
    this.#paths.set(peer, path);
    return path;
  }
}
