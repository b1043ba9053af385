import {
  type DestinationRule,
  isAddressAllowed,
  isDestinationAllowed,
} from "../../core/access/destination_rule.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { dialAddresses } from "../../net/dial.ts";
import { DEFAULT_KEEP_ALIVE } from "../../net/application_socket.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import { isLoopback, ownAddresses } from "../../net/interfaces.ts";
import { firstWithRoute, sourceTowards } from "../../net/route.ts";
import { isSameHost } from "../../net/same_host.ts";
import { hostOf } from "../../net/socket_address.ts";
import { type ResolvedAddress, resolveHost } from "../../net/resolve.ts";

/** The rules of this SNAPT do not let a CNAPT reach a destination. */
export class DestinationNotAllowed extends Error {
  override readonly name = "DestinationNotAllowed";
}

/** A host, in numbers or by its name, and a port. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/** How names and connections are got; a test has its own ways. */
export interface DestinationWays {
  readonly resolve: (host: string) => Promise<readonly ResolvedAddress[]>;
  readonly dial: typeof dialAddresses;
  /** The addresses that this machine has at this moment. */
  readonly ownAddresses: () => readonly string[];
  /** The address from which datagrams go there; null where that cannot be known. */
  readonly sourceTowards: (to: Endpoint) => string | null;
}

const SYSTEM_WAYS: DestinationWays = {
  resolve: (host) => resolveHost(host),
  dial: dialAddresses,
  ownAddresses,
  sourceTowards,
};

/**
 * Connects to a destination that the rules allow. The name is resolved here, once, and exactly the
 * addresses that were judged are dialled: another answer a moment later changes nothing. A
 * connection that turns out to lead to this machine itself, by an address that it does not list (a
 * whole range that is routed to it) or got since, is closed before anything is said on it.
 *
 * @throws {DestinationNotAllowed} the rules do not allow the host, the port, or any of its addresses
 * @throws {ConnFailed} the name leads nowhere, or nobody answers
 */
export async function openDestination(
  destination: Destination,
  rules: readonly DestinationRule[],
  signal: AbortSignal,
  ways: DestinationWays = SYSTEM_WAYS,
): Promise<ByteConn> {
  const addresses = await allowedAddresses(destination, rules, ways);
  const options = { signal, keepAlive: DEFAULT_KEEP_ALIVE };
  const conn = await ways.dial(addresses, destination.port, { kind: "any" }, options);
  const address = hostOf(conn.remoteAddress);
  if (!isHere(hostOf(conn.localAddress), address)) return conn;
  if (isAddressAllowed(rules, { ...destination, address }, [address])) return conn;
  conn.reset();
  throw notAllowed(destination, address);
}

/**
 * Where datagrams for a destination are to go, judged as `openDestination` does.
 *
 * @throws {DestinationNotAllowed} the rules do not allow the host, the port, or any of its addresses
 * @throws {ConnFailed} the name leads nowhere, or nowhere from here
 */
export async function findDestination(
  destination: Destination,
  rules: readonly DestinationRule[],
  ways: DestinationWays = SYSTEM_WAYS,
): Promise<Endpoint> {
  const addresses = await allowedAddresses(destination, rules, ways);
  const found = firstWithRoute(addresses, destination.port);
  const address = found.host;
  const source = ways.sourceTowards(found);
  if (source === null || !isHere(source, address)) return found;
  if (isAddressAllowed(rules, { ...destination, address }, [address])) return found;
  throw notAllowed(destination, address);
}

/**
 * The addresses of a destination that the rules allow, at least one.
 *
 * @throws {DestinationNotAllowed} the rules do not allow the host, the port, or any of its addresses
 * @throws {ConnFailed} the name leads nowhere
 */
export async function allowedAddresses(
  { host, port }: Destination,
  rules: readonly DestinationRule[],
  ways: DestinationWays = SYSTEM_WAYS,
): Promise<readonly ResolvedAddress[]> {
  if (!isDestinationAllowed(rules, host, port)) {
    throw new DestinationNotAllowed(`Cannot reach ${host} port ${port}: no rule allows it`);
  }
  const addresses = await ways.resolve(host);
  const own = ways.ownAddresses(); // asked now: an interface may have come since the name was
  const allowed = addresses.filter(({ address }) =>
    isAddressAllowed(rules, { host, address, port }, own)
  );
  if (allowed.length > 0) return allowed;
  throw notAllowed({ host, port }, addresses.map(({ address }) => address).join(", "));
}

/** The two ends of what was connected to a destination; null: not known (yet). */
export interface ReachedEnds {
  readonly local: string | null;
  readonly remote: string | null;
}

/**
 * Whether rules that came after it was opened allow what leads to `destination`; the addresses are
 * in numbers, without a port.
 */
export function isStillAllowed(
  rules: readonly DestinationRule[],
  destination: Destination,
  { local, remote }: ReachedEnds,
): boolean {
  if (remote === null) return isDestinationAllowed(rules, destination.host, destination.port);
  const own = local !== null && isHere(local, remote) ? [remote] : [];
  return isAddressAllowed(rules, { ...destination, address: remote }, own);
}

/**
 * What was connected to under the rules of before, if those of today allow it as well.
 *
 * @throws {DestinationNotAllowed} they do not; it is reset
 */
export function expectStillAllowed(
  conn: ByteConn,
  destination: Destination,
  rules: readonly DestinationRule[],
): ByteConn {
  const remote = hostOf(conn.remoteAddress);
  if (isStillAllowed(rules, destination, { local: hostOf(conn.localAddress), remote })) return conn;
  conn.reset();
  throw notAllowed(destination, remote);
}

/**
 * What is said to this machine itself comes from the very address that it is said to, or from
 * loopback.
 */
function isHere(source: string, address: string): boolean {
  return isSameHost(source, address) || isLoopback(source);
}

function notAllowed({ host, port }: Destination, found: string): DestinationNotAllowed {
  return new DestinationNotAllowed(
    `Cannot reach ${host} port ${port}: it leads to ${found}, which no rule allows`,
  );
}
