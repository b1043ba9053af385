import { type DatagramSocket, openDatagramSocket } from "../../../lib/net/datagram_socket.ts";
import { type Endpoint, endpointOf } from "../../../lib/net/endpoint.ts";

/** A datagram on its way to SNAPT. */
export interface PassedDatagram {
  readonly bytes: Uint8Array;
  readonly client: string;
}

/**
 * Stands on the port where CNAPT looks for SNAPT and passes datagrams on, in both directions, as a
 * NAT would: SNAPT sees another address for each of CNAPT's. Closed, it lets none through.
 */
export class UdpGate implements AsyncDisposable {
  /** What came from CNAPT, also while it was closed. */
  readonly passed: PassedDatagram[] = [];
  state: "open" | "closed" = "open";
  readonly #front: DatagramSocket;
  readonly #behind = new Map<string, DatagramSocket>();
  readonly #target: Endpoint;

  constructor(port: number, target: number) {
    this.#target = endpointOf("127.0.0.1", target);
    this.#front = openDatagramSocket({ host: "127.0.0.1", port }, {
      received: (bytes, from) => {
        this.passed.push({ bytes: new Uint8Array(bytes), client: from.key });
        if (this.state === "open") this.#towards(from).send(bytes, this.#target);
      },
      notSent: () => {},
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#front.close();
    await Promise.all([...this.#behind.values()].map((socket) => socket.close()));
  }

  #towards(client: Endpoint): DatagramSocket {
    const known = this.#behind.get(client.key);
    if (known !== undefined) return known;
    const socket = openDatagramSocket({ host: "127.0.0.1", port: 0 }, {
      received: (bytes) => {
        if (this.state === "open") this.#front.send(bytes, client);
      },
      notSent: () => {},
    });
    this.#behind.set(client.key, socket);
    return socket;
  }
}
