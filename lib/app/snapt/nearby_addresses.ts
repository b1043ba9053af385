import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { isInRanges, parseSourceRange } from "../../core/access/source_list.ts";
import { interfaceType } from "../../net/interface_type.ts";
import { listInterfaces, type NetworkInterface } from "../../net/interfaces.ts";
import { passingAddresses } from "../../net/passing_addresses.ts";
import type { InvitedAddresses } from "./invited_addresses.ts";
import { MAX_OTHER_ADDRESSES } from "../../core/pairing/pairing_messages.ts";
import { ownPlaces } from "./own_places.ts";

/** A cable and a Wi-Fi; a code is typed. */
const MOST_ADDRESSES = 2;
/** What networks give out among themselves (RFC 1918, RFC 4193); not what a provider shares out. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"].map(parseSourceRange);

/** What this machine has; tests make their own. */
export interface NearbySurroundings {
  readonly interfaces: readonly NetworkInterface[];
  readonly typeOf: typeof interfaceType;
  readonly passing: ReadonlySet<string>;
}

/**
 * Where a machine in the LAN of this one reaches SNAPT: private addresses of its cards, IPv4 where
 * there is one. None where CNAPTs are to come by nothing but what they were told.
 */
export function nearbyAddresses(
  { listen, places, virtual, balancers }: Pick<
    SnaptConfig,
    "listen" | "places" | "virtual" | "balancers"
  >,
  { interfaces, typeOf, passing }: NearbySurroundings = ownSurroundings(),
): readonly HostPort[] {
  if (places !== "auto" || balancers.length > 0) return [];
  const known = ownPlaces({
    listen: listen.filter(({ port }) => port !== 0),
    interfaces,
    isVirtual: (device) => ["virtual", "vpn", "cellular"].includes(typeOf(device)),
    passing,
    isVirtualAddress: (address) => virtual !== null && isInRanges(virtual.addresses, address),
    outer: [],
    relays: [],
  });
  const nearby = known.filter(({ host }) => isInRanges(PRIVATE, host));
  const best = nearby.filter(({ host }, at) =>
    host.includes(":") === nearby[0]?.host.includes(":") &&
    nearby.findIndex((one) => one.host === host) === at
  );
  return best.slice(0, MOST_ADDRESSES).map(({ host, port }) => ({ host, port }));
}

/** The same with `nearby` behind the first, unless that is for the LAN already. */
export function withNearby(
  addresses: InvitedAddresses["addresses"],
  nearby: readonly HostPort[],
): Pick<InvitedAddresses, "addresses" | "nearby"> {
  const [first, ...others] = addresses;
  if (isInRanges(PRIVATE, first.host)) return { addresses, nearby: [] };
  const known = new Set([first, ...nearby].map(formatHostPort));
  const more = others.filter((one) => !known.has(formatHostPort(one)));
  return {
    addresses: [first, ...[...nearby, ...more].slice(0, MAX_OTHER_ADDRESSES)],
    nearby,
  };
}

function ownSurroundings(): NearbySurroundings {
  return {
    interfaces: listInterfaces(),
    typeOf: interfaceType,
    passing: passingAddresses(),
  };
}
