import {
  type DestinationRule,
  isAddressAllowed,
  isDestinationAllowed,
} from "../../core/access/destination_rule.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { dialAddresses } from "../../net/dial.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import { firstWithRoute } from "../../net/route.ts";
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

/**
 * Connects to a destination that the rules allow. The name is resolved here, once, and exactly the
 * addresses that were judged are dialled: another answer a moment later changes nothing.
 *
 * @throws {DestinationNotAllowed} the rules do not allow the host, the port, or any of its addresses
 * @throws {ConnFailed} the name leads nowhere, or nobody answers
 */
export async function openDestination(
  destination: Destination,
  rules: readonly DestinationRule[],
  signal: AbortSignal,
): Promise<ByteConn> {
  const addresses = await allowedAddresses(destination, rules);
  return await dialAddresses(addresses, destination.port, { kind: "any" }, { signal });
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
): Promise<Endpoint> {
  return firstWithRoute(await allowedAddresses(destination, rules), destination.port);
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
): Promise<readonly ResolvedAddress[]> {
  if (!isDestinationAllowed(rules, host, port)) {
    throw new DestinationNotAllowed(`Cannot reach ${host} port ${port}: no rule allows it`);
  }
  const addresses = await resolveHost(host);
  const allowed = addresses.filter(({ address }) => isAddressAllowed(rules, host, address, port));
  if (allowed.length === 0) {
    const found = addresses.map(({ address }) => address).join(", ");
    throw new DestinationNotAllowed(
      `Cannot reach ${host} port ${port}: it leads to ${found}, which no rule allows`,
    );
  }
  return allowed;
}
