import { type HostPort, isAnyAddress, isNumericAddress } from "../../config/host_port.ts";
import { MAX_PLACES, type ToldPlace } from "../../core/wire/places_message.ts";
import { isPublicAddress } from "../../core/access/public_address.ts";
import type { NetworkInterface } from "../../net/interfaces.ts";

/** No machine needs more to be found; what is left is for routers and relays. */
const MOST_ADDRESSES = 10;

/** What is known of where a SNAPT is reached. */
export interface KnownPlaces {
  /** With the ports that are really open. */
  readonly listen: readonly HostPort[];
  readonly interfaces: readonly NetworkInterface[];
  /** Whether an interface leads to containers or virtual machines of this machine only. */
  readonly isVirtual: (device: string) => boolean;
  /** Addresses that the system gives up again by itself, after hours. */
  readonly passing: ReadonlySet<string>;
  /** Addresses of this machine that stand for CNAPTs, and are no way to it. */
  readonly isVirtualAddress: (address: string) => boolean;
  /** What routers have mapped. */
  readonly outer: readonly HostPort[];
  /** The relays with the name that SNAPT has there. */
  readonly relays: readonly ToldPlace[];
}

/**
 * Where SNAPT is reached, the preferred place first: its own addresses, those of the LAN before those
 * of the Internet, then what routers have mapped, then relays.
 */
export function ownPlaces(known: KnownPlaces): readonly ToldPlace[] {
  const { interfaces, isVirtual, listen, outer, relays } = known;
  const usable = interfaces.filter(({ kind, state, name }) =>
    kind === "ordinary" && state === "up" && !isVirtual(name)
  );
  const addresses = usable.flatMap((one) => one.addresses.map(({ address }) => address))
    .filter((address) => !known.isVirtualAddress(address));
  const lasting = addresses.filter((address) => !known.passing.has(address.toLowerCase()));
  const own = listen.flatMap((place) => placesAt(place, lasting.length > 0 ? lasting : addresses))
    .toSorted((one, other) => weight(one.host) - weight(other.host)).slice(0, MOST_ADDRESSES);
  const all = [...own, ...outer.map(direct), ...relays];
  const distinct = new Map(all.map((place) => [JSON.stringify(place), place]));
  return [...distinct.values()].slice(0, MAX_PLACES);
}

function placesAt({ host, port }: HostPort, addresses: readonly string[]): readonly ToldPlace[] {
  if (!isAnyAddress(host)) return isNumericAddress(host) ? [direct({ host, port })] : [];
  const isReached = (address: string) => host.includes(":") || !address.includes(":");
  return addresses.filter(isReached).map((address) => direct({ host: address, port }));
}

function direct({ host, port }: HostPort): ToldPlace {
  return { host, port, route: "" };
}

function weight(host: string): number {
  return (isPublicAddress(host) ? 2 : 0) + (host.includes(":") ? 1 : 0);
}
