/** Under which address other machines reach this one, as far as it can tell by itself. */
import { isPublicAddress } from "../core/access/public_address.ts";
import { askCommand } from "./ask_command.ts";
import { CommandBroken } from "./command_broken.ts";
import { passOnUnlessConnFailed } from "./conn_failed.ts";
import { defaultRouteDevices } from "./default_route.ts";
import { interfaceType } from "./interface_type.ts";
import { type InterfaceAddress, listInterfaces, type NetworkInterface } from "./interfaces.ts";
import { passingAddresses } from "./passing_addresses.ts";
import { resolveHost } from "./resolve.ts";

export interface OwnAddress {
  readonly host: string;
  /**
   * `name`: a name of this machine that leads to a public address of it; `public`: such an address;
   * `private`: only its own network reaches it.
   */
  readonly kind: "name" | "public" | "private";
  /** An IPv4 address for its own network, where `host` is of IPv6 only. */
  readonly nearby: string | null;
}

/** What the search asks; tests make their own. */
export interface OwnPlaces {
  readonly interfaces: () => readonly NetworkInterface[];
  /** Devices over which a default route leads; null where nobody can tell. */
  readonly routed: () => readonly string[] | null;
  readonly isVirtual: (device: string) => boolean;
  /** Addresses that the system gives up again by itself, after hours. */
  readonly passing: () => ReadonlySet<string>;
  /** The name with its domain, as far as the system knows it. */
  readonly hostName: () => Promise<string>;
  readonly addressesOf: (name: string) => Promise<readonly string[]>;
}

/** Whoever waits for a code waits no longer for a name server that does not answer. */
const NAME_LIMIT_MS = 1_500;

/**
 * A public name before a public address before a private one, and IPv4 before IPv6, which not every
 * network has. Null: it has no address but for itself.
 */
export async function findOwnAddress(
  families: readonly (4 | 6)[],
  places: OwnPlaces = SYSTEM_PLACES,
): Promise<OwnAddress | null> {
  const addresses = likelyFirst(places).flatMap((one) => one.addresses)
    .filter(({ family }) => families.includes(family));
  const passing = places.passing();
  const lasting = addresses.filter(({ address }) => !passing.has(plain(address)));
  const usable = byFamily(lasting.length > 0 ? lasting : addresses);
  const nearby = usable.filter(({ address }) => !isPublicAddress(address));
  const open = usable.filter(({ address }) => isPublicAddress(address));
  const [best] = open;
  if (best === undefined) {
    const [first] = nearby;
    return first === undefined ? null : { host: first.address, kind: "private", nearby: null };
  }
  const name = await nameFor(open, places);
  if (name !== null) return { host: name, kind: "name", nearby: null };
  const other = best.family === 6 ? nearby.find(({ family }) => family === 4) : undefined;
  return { host: best.address, kind: "public", nearby: other?.address ?? null };
}

/** The interfaces over which others come, those before that lead to the Internet. */
function likelyFirst(places: OwnPlaces): readonly NetworkInterface[] {
  const routed = places.routed() ?? [];
  const weight = ({ name }: NetworkInterface) =>
    routed.includes(name) ? 0 : places.isVirtual(name) ? 2 : 1;
  return places.interfaces().filter(({ kind, state }) => kind === "ordinary" && state === "up")
    .toSorted((one, other) => weight(one) - weight(other));
}

function byFamily(addresses: readonly InterfaceAddress[]): readonly InterfaceAddress[] {
  return addresses.toSorted((one, other) => one.family - other.family);
}

/** A name without a domain means something in its own network only. */
async function nameFor(
  open: readonly InterfaceAddress[],
  places: OwnPlaces,
): Promise<string | null> {
  const name = await places.hostName();
  if (!/^(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+$/i.test(name)) return null;
  const found = await places.addressesOf(name);
  return found.some((one) => open.some(({ address }) => plain(address) === plain(one)))
    ? name
    : null;
}

function plain(address: string): string {
  return (address.split("%")[0] ?? "").toLowerCase();
}

const SYSTEM_PLACES: OwnPlaces = {
  interfaces: listInterfaces,
  routed: defaultRouteDevices,
  isVirtual: (device) => interfaceType(device) === "virtual",
  passing: passingAddresses,
  hostName: fullName,
  addressesOf: async (name) => {
    try {
      return (await resolveHost(name, undefined, NAME_LIMIT_MS)).map(({ address }) => address);
    } catch (error) {
      passOnUnlessConnFailed(error);
      return [];
    }
  },
};

async function fullName(): Promise<string> {
  if (Deno.build.os === "windows") return Deno.hostname();
  try {
    const { code, out } = await askCommand(["hostname", "-f"], AbortSignal.timeout(NAME_LIMIT_MS));
    return code === 0 ? out : Deno.hostname();
  } catch (error) {
    if (!(error instanceof CommandBroken)) throw error;
    return Deno.hostname();
  }
}
