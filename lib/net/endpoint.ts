import { parseIpAddress } from "../core/access/ip_address.ts";
import { familyOf, readSocketAddress, socketAddress } from "./socket_address.ts";

/** An address and port that datagrams come from or go to. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** `host:port`, to compare by. */
  readonly key: string;
  /** The same as the C library has it. */
  readonly sockaddr: Uint8Array<ArrayBuffer>;
}

/** `host` in numbers, in any way of writing IPv6: the key has only one. */
export function endpointOf(host: string, port: number): Endpoint {
  const sockaddr = socketAddress(host, familyOf(host) === 4 ? 4 : 6, port);
  return { host, port, key: readSocketAddress(sockaddr), sockaddr };
}

/** Reads `ip:port`, as `formatAddress` writes it; null for anything else. */
export function parseEndpoint(text: string): Endpoint | null {
  const colon = text.lastIndexOf(":");
  const host = text.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  const port = text.slice(colon + 1);
  const isAddress = colon > 0 && parseIpAddress(host.split("%")[0] ?? "") !== null;
  if (!isAddress || !/^\d{1,5}$/.test(port) || Number(port) > MAX_PORT) return null;
  return endpointOf(host, Number(port));
}

const MAX_PORT = 65_535;
/** As many endpoints are remembered; what is forgotten is only made again. */
const MAX_REMEMBERED = 4_096;
const TWO_TO_16 = 2 ** 16;
/** Of `struct sockaddr_in`; the one for IPv6 is longer. */
const IPV4_BYTES = 16;

/** Gives the same endpoint for the same address again, without making one for each datagram. */
export class EndpointCache {
  readonly #byAddress = new Map<number | string, Endpoint>();

  /** `sockaddr` may be used again by the caller. */
  ofSockaddr(sockaddr: Uint8Array): Endpoint {
    const key = keyOf(sockaddr);
    const known = this.#byAddress.get(key);
    if (known !== undefined) return known;
    const text = readSocketAddress(sockaddr);
    const colon = text.lastIndexOf(":");
    const host = text.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
    const port = Number(text.slice(colon + 1));
    return this.#remember(key, { host, port, key: text, sockaddr: new Uint8Array(sockaddr) });
  }

  ofText(host: string, port: number): Endpoint {
    const key = `${port} ${host}`;
    return this.#byAddress.get(key) ?? this.#remember(key, endpointOf(host, port));
  }

  #remember(key: number | string, endpoint: Endpoint): Endpoint {
    if (this.#byAddress.size >= MAX_REMEMBERED) this.#byAddress.clear();
    this.#byAddress.set(key, endpoint);
    return endpoint;
  }
}

/** What tells addresses apart: a number for IPv4, that a Map finds fast, text for IPv6. */
function keyOf(sockaddr: Uint8Array): number | string {
  if (sockaddr.length > IPV4_BYTES) return sockaddr.subarray(2).toHex();
  const port = (sockaddr[2] ?? 0) << 8 | (sockaddr[3] ?? 0);
  const high = (sockaddr[4] ?? 0) << 8 | (sockaddr[5] ?? 0);
  const low = (sockaddr[6] ?? 0) << 8 | (sockaddr[7] ?? 0);
  return (high * TWO_TO_16 + low) * TWO_TO_16 + port;
}
