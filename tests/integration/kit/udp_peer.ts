import { openDatagramSocket } from "../../../lib/net/datagram_socket.ts";
import { type DatagramSocket } from "../../../lib/net/datagram_socket.ts";
import { type Endpoint, endpointOf } from "../../../lib/net/endpoint.ts";
import { WakeUp } from "../../../lib/relay/run/wake_up.ts";

const PATIENCE_MS = 10_000;

/** A UDP application on loopback that notes what it gets. */
export class UdpPeer implements AsyncDisposable {
  /** What came, as text, in order. */
  readonly got: string[] = [];
  readonly lengths: number[] = [];
  /** The same in full. */
  readonly bytes: Uint8Array[] = [];
  /** Who it came from. */
  readonly from = new Set<string>();
  readonly #socket: DatagramSocket;
  readonly #changed = new WakeUp();
  #last: Endpoint | null = null;

  /** `answer`: what is sent back for each datagram. */
  constructor(answer: (bytes: Uint8Array) => Uint8Array | null = () => null) {
    this.#socket = openDatagramSocket({ host: "127.0.0.1", port: 0 }, {
      received: (bytes, from) => {
        this.got.push(new TextDecoder().decode(bytes.subarray(0, 64)));
        this.lengths.push(bytes.length);
        this.bytes.push(new Uint8Array(bytes));
        this.from.add(from.key);
        this.#last = from;
        const reply = answer(bytes);
        if (reply !== null) this.#socket.send(reply, from);
        this.#changed.wake();
      },
      notSent: () => {},
    });
  }

  get port(): number {
    return this.#socket.port;
  }

  send(payload: string | Uint8Array, port: number): void {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    this.#socket.send(bytes, endpointOf("127.0.0.1", port));
  }

  /** Sends to whoever sent last. */
  reply(payload: string): void {
    if (this.#last !== null) this.#socket.send(new TextEncoder().encode(payload), this.#last);
  }

  /** Waits until so many datagrams came. */
  async until(count: number): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    const timer = setTimeout(() => this.#changed.wake(), PATIENCE_MS + 1);
    try {
      while (this.got.length < count) {
        if (performance.now() >= deadline) {
          throw new Error(`Only ${this.got.length} of ${count} came: ${this.got.slice(-20)}`);
        }
        await this.#changed.wait();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket.close();
  }
}

/** An application that sends back what it gets. */
export function udpEcho(): UdpPeer {
  return new UdpPeer((bytes) => new Uint8Array(bytes));
}
