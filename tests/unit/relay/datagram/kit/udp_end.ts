import { type DatagramSocket, openDatagramSocket } from "../../../../../lib/net/datagram_socket.ts";
import { type Endpoint, endpointOf } from "../../../../../lib/net/endpoint.ts";
import { openLibc } from "../../../../../lib/net/libc.ts";
import { eventually } from "./eventually.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

/** A UDP socket on loopback that keeps what it gets, and from where. */
export class UdpEnd implements AsyncDisposable {
  readonly socket: DatagramSocket;
  readonly got: { readonly bytes: Uint8Array<ArrayBuffer>; readonly from: Endpoint }[] = [];

  constructor() {
    this.socket = openDatagramSocket({ host: "127.0.0.1", port: 0 }, {
      received: (bytes, from) => {
        this.got.push({ bytes: new Uint8Array(bytes), from });
      },
      notSent: () => {},
    });
  }

  get endpoint(): Endpoint {
    return endpointOf("127.0.0.1", this.socket.port);
  }

  /** The datagram of that number, the first is 0; waits for it. */
  async hear(number: number): Promise<{ bytes: Uint8Array<ArrayBuffer>; from: Endpoint }> {
    await eventually(() => this.got.length > number);
    const got = this.got[number];
    if (got === undefined) throw new RangeError(`Cannot hear datagram ${number}: it did not come`);
    return got;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.socket.close();
  }
}
