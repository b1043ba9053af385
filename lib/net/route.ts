import { passOnUnlessSystem } from "../config/system_failure.ts";
import { ConnFailed, toConnFailed } from "./conn_failed.ts";
import { isExhaustion } from "./descriptor_budget.ts";
import { type Endpoint, endpointOf } from "./endpoint.ts";
import type { ResolvedAddress } from "./resolve.ts";
import { familyOf, formatAddress, hostOf } from "./socket_address.ts";
import { findDatagramSocket, localAddressOf, nextDescriptor } from "./socket_table.ts";

/**
 * The first of `addresses` that there is a route to. Datagrams cannot be raced as connections are:
 * nobody answers the first one, and a name often has an IPv6 address that is of no use here. To
 * connect a UDP socket sends nothing and fails without a route. Where the C library cannot be
 * called, the first address has to do.
 *
 * @throws {ConnFailed} `unreachable`: there are several addresses and a route to none of them;
 * `nameUnknown`: there are none; `exhausted`: there is no descriptor left to look with
 */
export function firstWithRoute(addresses: readonly ResolvedAddress[], port: number): Endpoint {
  const [first] = addresses;
  if (first === undefined) throw new ConnFailed("nameUnknown", "Cannot send: there is no address");
  const chosen = addresses.length === 1
    ? first
    : addresses.find(({ address }) => hasRoute(endpointOf(address, port)));
  if (chosen !== undefined) return endpointOf(chosen.address, port);
  const tried = addresses.map(({ address }) => address).join(", ");
  throw new ConnFailed("unreachable", `Cannot send to ${tried}: there is no route`);
}

/** The address of this machine from which datagrams to `to` go; null where that cannot be known. */
export function sourceTowards(to: Endpoint): string | null {
  const way = wayTo(to);
  return way.kind === "found" ? way.source : null;
}

function hasRoute(to: Endpoint): boolean {
  return wayTo(to).kind !== "none";
}

/** `unknown`: the C library cannot be asked. */
type Way = { readonly kind: "found"; readonly source: string | null } | {
  readonly kind: "none" | "unknown";
};

function wayTo({ host, sockaddr }: Endpoint): Way {
  const likely = nextDescriptor();
  if (likely === null) return { kind: "unknown" };
  const hostname = familyOf(host) === 6 ? "::" : "0.0.0.0";
  let conn: Deno.DatagramConn;
  try {
    conn = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
  } catch (error) {
    passOnUnlessSystem(error);
    if (isExhaustion(error)) throw toConnFailed(error, `look for a route to ${host}`);
    return { kind: "none" }; // no such family here
  }
  try {
    const { addr } = conn;
    const local = "hostname" in addr ? formatAddress(addr.hostname, addr.port) : "";
    const found = findDatagramSocket(local, likely);
    if (found === null) return { kind: "unknown" };
    const { libc, fd } = found;
    if (libc.connect(fd, sockaddr, sockaddr.length) !== 0) return { kind: "none" };
    const source = localAddressOf(libc, fd);
    return { kind: "found", source: source === null ? null : hostOf(source) };
  } finally {
    conn.close();
  }
}
