import { type DatagramSocket, openDatagramSocket } from "../../../lib/net/datagram_socket.ts";
import { type Endpoint, endpointOf } from "../../../lib/net/endpoint.ts";
import type { RandomBytes } from "../../fuzz/random_bytes.ts";

/** So many datagrams of before are kept, to be sent again. */
const KEPT = 64;

/** How it treats what passes. */
export type UdpManners =
  | "honest"
  /** Nothing passes. */
  | "shut"
  /** Sends twice, again much later, in another order, and as if from or to somebody else. */
  | "hostile";

/**
 * Stands on the UDP port of a relay and passes datagrams on to where the relay really has it: a
 * relay that does with what it is given whatever it likes. Its clients are CNAPTs and SNAPTs alike.
 */
export class HostileUdp implements AsyncDisposable {
  manners: UdpManners = "honest";
  /** How many datagrams went elsewhere, again, or late. */
  mangled = 0;
  readonly #front: DatagramSocket;
  readonly #clients: { readonly at: Endpoint; readonly behind: DatagramSocket }[] = [];
  readonly #random: RandomBytes;
  readonly #kept: Uint8Array[] = [];

  constructor(port: number, target: number, random: RandomBytes) {
    this.#random = random;
    const relay = endpointOf("127.0.0.1", target);
    this.#front = openDatagramSocket({ host: "127.0.0.1", port }, {
      received: (bytes, from) => {
        const own = this.#clientAt(from);
        this.#pass(bytes, own, ({ behind }, passed) => behind.send(passed, relay));
      },
      notSent: () => {},
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#front.close();
    await Promise.all(this.#clients.map(({ behind }) => behind.close()));
  }

  #clientAt(at: Endpoint) {
    const known = this.#clients.find((one) => one.at.key === at.key);
    if (known !== undefined) return known;
    const behind = openDatagramSocket({ host: "127.0.0.1", port: 0 }, {
      received: (bytes) =>
        this.#pass(bytes, client, (one, passed) => this.#front.send(passed, one.at)),
      notSent: () => {},
    });
    const client = { at, behind };
    this.#clients.push(client);
    return client;
  }

  #pass(
    bytes: Uint8Array,
    own: { readonly at: Endpoint; readonly behind: DatagramSocket },
    send: (client: typeof own, bytes: Uint8Array) => void,
  ): void {
    if (this.manners === "shut") return;
    if (this.manners === "honest") return send(own, bytes);
    const random = this.#random;
    this.#kept.push(new Uint8Array(bytes));
    if (this.#kept.length > KEPT) this.#kept.shift();
    const anybody = () => random.pick(this.#clients);
    switch (random.below(9)) {
      case 0: // somebody else's
        this.mangled += 1;
        return send(anybody(), bytes);
      case 1: // twice, and to everybody
        this.mangled += 1;
        send(own, bytes);
        for (const one of this.#clients) send(one, bytes);
        return;
      case 2: // what passed before, instead
        this.mangled += 1;
        return send(own, random.pick(this.#kept));
      case 3: // what passed before, from anybody to anybody, and then this one
        this.mangled += 1;
        send(anybody(), random.pick(this.#kept));
        return send(own, bytes);
      default:
        return send(own, bytes);
    }
  }
}
