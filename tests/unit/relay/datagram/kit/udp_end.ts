import { type DatagramSocket, openDatagramSocket } from "../../../../../lib/net/datagram_socket.ts";
import { type Endpoint, endpointOf } from "../../../../../lib/net/endpoint.ts";
import { openLibc } from "../../../../../lib/net/libc.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

/** A UDP socket on loopback that keeps what it gets, and from where. */
export class UdpEnd implements AsyncDisposable {
  readonly socket: DatagramSocket;
  readonly got: { readonly bytes: Uint8Array<ArrayBuffer>; readonly from: Endpoint }[] = [];
  #news = Promise.withResolvers<void>();

  constructor() {
    this.socket = openDatagramSocket({ host: "127.0.0.1", port: 0 }, {
      received: (bytes, from) => {
        this.got.push({ bytes: new Uint8Array(bytes), from });
        this.#news.resolve();
        this.#news = Promise.withResolvers();
      },
      notSent: () => {},
    });
  }

  get endpoint(): Endpoint {
    return endpointOf("127.0.0.1", this.socket.port);
  }

  /** The datagram of that number, the first is 0; waits for it. */
  async hear(number: number): Promise<{ bytes: Uint8Array<ArrayBuffer>; from: Endpoint }> {
    for (;;) {
      const got = this.got[number];
      if (got !== undefined) return got;
      await this.#news.promise;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.socket.close();
  }
}
