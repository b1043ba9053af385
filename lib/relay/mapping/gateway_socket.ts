import { PCP_PORT } from "../../core/mapping/pcp_message.ts";
import {
  type DatagramOptions,
  type DatagramSocket,
  openDatagramSocket,
} from "../../net/datagram_socket.ts";
import { type Endpoint, endpointOf } from "../../net/endpoint.ts";
import { plainHost } from "../../net/socket_address.ts";
import type { Clock } from "../run/clock.ts";
import { pause } from "../run/pause.ts";
import type { RouterPlace } from "./gateway_client.ts";

/**
 * A question is sent so often, and each time it is waited for so long, in ms. RFC 6887 (8.1.1) and
 * RFC 6886 (3.1) wait for minutes; a router is one hop away, and who gets no answer tries the next
 * method, and all of them again later.
 */
const TRIES_MS = [250, 500, 1_000];
/** `sin6_scope_id` of `struct sockaddr_in6`. */
const SCOPE_AT = 24;

/** What asks a router by datagrams (PCP and NAT-PMP): one question at a time. */
export class GatewaySocket {
  readonly #socket: DatagramSocket;
  readonly #router: Endpoint;
  readonly #clock: Clock;
  #hear: ((bytes: Uint8Array) => void) | null = null;

  /**
   * @param open makes the socket; tests have one of their own
   * @throws {ConnFailed} the address of this machine is gone
   */
  constructor(place: RouterPlace, clock: Clock, port: number = PCP_PORT) {
    this.#router = withScope(endpointOf(place.router, port), place.device);
    this.#clock = clock;
    const options: DatagramOptions = { host: place.own, port: 0, setting: "mapping" };
    this.#socket = openDatagramSocket(options, {
      received: (bytes, from) => this.#received(bytes, from),
      notSent: () => {}, // as one that got lost: it is sent again
    });
  }

  /**
   * Sends `question` until `read` makes something of what the router says; null: it says nothing,
   * or nothing that belongs to the question, or `signal` was aborted.
   */
  async ask<T>(
    question: Uint8Array,
    read: (bytes: Uint8Array) => T | null,
    signal: AbortSignal,
  ): Promise<T | null> {
    const answered = new AbortController();
    const either = AbortSignal.any([signal, answered.signal]);
    let answer: T | null = null;
    this.#hear = (bytes) => {
      answer ??= read(bytes);
      if (answer !== null) answered.abort();
    };
    try {
      for (const waitMs of TRIES_MS) {
        if (either.aborted) break;
        this.#socket.send(question, this.#router);
        await pause(this.#clock, waitMs, either);
      }
      return answer;
    } finally {
      this.#hear = null;
    }
  }

  async close(): Promise<void> {
    await this.#socket.close();
  }

  /** What others send is none of our business. */
  #received(bytes: Uint8Array, from: Endpoint): void {
    const { host, port } = this.#router;
    if (plainHost(from.host) === plainHost(host) && from.port === port) this.#hear?.(bytes);
  }
}

/** An address of IPv6 that belongs to a link needs its device. */
function withScope(endpoint: Endpoint, device: number): Endpoint {
  if (!/^fe[89ab]/i.test(endpoint.host)) return endpoint;
  const sockaddr = new Uint8Array(endpoint.sockaddr);
  new DataView(sockaddr.buffer).setUint32(SCOPE_AT, device, true);
  return { ...endpoint, sockaddr };
}
