import { IPV4_ONLY_NAME, translatedAddresses } from "../core/access/nat64.ts";
import { ConnFailed, passOnUnlessConnFailed } from "./conn_failed.ts";
import type { Via } from "./via.ts";
import { type ResolvedAddress, resolveHost } from "./resolve.ts";
import { familyOf } from "./socket_address.ts";

/** Gives the addresses of a name, or the address itself. */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

/**
 * The addresses of `host` that can be reached by `via`. Where it has IPv6 only and `host` IPv4 only,
 * those under which its network translates to IPv4.
 *
 * @throws {ConnFailed} `nameUnknown`, or `unreachable`: there is none
 */
export async function reachableAddresses(
  host: string,
  via: Via,
  resolve: Resolve = resolveHost,
): Promise<readonly ResolvedAddress[]> {
  const all = await resolve(host);
  const reachable = all.filter((one) => canReach(via, one));
  if (reachable.length > 0) return reachable;
  const translated = hasFamily(via, 6) ? await translatedBy(all, resolve) : [];
  if (translated.length > 0) return translated;
  throw new ConnFailed(
    "unreachable",
    `Cannot reach ${host}: it has no address of a family that the interface has`,
  );
}

function canReach(via: Via, { address, family }: ResolvedAddress): boolean {
  const [, zone] = address.split("%");
  // An address of a zone is one on that link, whatever other addresses the device has.
  if (zone !== undefined && via.kind === "device") return zone === via.device;
  return hasFamily(via, family);
}

function hasFamily(via: Via, family: 4 | 6): boolean {
  switch (via.kind) {
    case "any":
      return true;
    case "address":
      return familyOf(via.address) === family;
    case "device":
      return via.addresses.some((address) => familyOf(address) === family);
  }
}

async function translatedBy(
  addresses: readonly ResolvedAddress[],
  resolve: Resolve,
): Promise<readonly ResolvedAddress[]> {
  try {
    const answers = (await resolve(IPV4_ONLY_NAME)).map(({ address }) => address);
    return addresses.flatMap(({ address }) => translatedAddresses(address, answers))
      .map((address) => ({ address, family: 6 }));
  } catch (error) {
    passOnUnlessConnFailed(error); // a network that translates knows the name
    return [];
  }
}
