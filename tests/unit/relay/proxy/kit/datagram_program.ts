import { socks5DatagramHead } from "../../../../../lib/core/proxy/socks5_datagram.ts";
import { type DatagramSocket, openDatagramSocket } from "../../../../../lib/net/datagram_socket.ts";
import { endpointOf } from "../../../../../lib/net/endpoint.ts";
import type { HostAndPort } from "../../../../../lib/relay/proxy/proxy_request.ts";

/** A program on this machine that sends datagrams to a relay of SOCKS5. */
export class DatagramProgram {
  readonly #socket: DatagramSocket;
  readonly #got: Uint8Array[] = [];
  #wake: (() => void) | null = null;

  constructor(host = "127.0.0.1") {
    this.#socket = openDatagramSocket({ host, port: 0 }, {
      received: (bytes) => {
        this.#got.push(bytes.slice());
        this.#wake?.();
      },
      notSent: () => {},
    });
  }

  get port(): number {
    return this.#socket.port;
  }

  /** Sends `payload` to `to` by way of `relay`. */
  send(relay: HostAndPort, to: HostAndPort, payload: readonly number[]): void {
    this.sendRaw(relay, [...socks5DatagramHead(to.host, to.port), ...payload]);
  }

  sendRaw(relay: HostAndPort, bytes: readonly number[]): void {
    this.#socket.sendNow(new Uint8Array(bytes), endpointOf(relay.host, relay.port));
  }

  /** The next datagram that comes, with its head. */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#got.length === 0) await new Promise<void>((resolve) => this.#wake = resolve);
    return this.#got.shift();
  }

  async close(): Promise<void> {
    await this.#socket.close();
  }
}
