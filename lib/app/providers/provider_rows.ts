import type { ProviderConfig } from "../../config/provider_config.ts";
import { serviceRuleOf } from "../../config/service_rule_config.ts";
import { ALL_SERVICES } from "../../core/decision/service_rule.ts";
import type { Candidate, ProviderType } from "../../core/decision/candidate.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { isLoopback, type NetworkInterface } from "../../net/interfaces.ts";
import type { Provider, ProviderRow } from "../../relay/network/provider.ts";
import { proxyOf } from "./provider_proxy.ts";
import { isAbout } from "./provider_match.ts";
import { interfaceSlot, type SlotOccupants, vpnSlot } from "./slot_occupants.ts";

/** How a provider is taken where the user says nothing: wires before waves, free before paid. */
const PRIORITIES: Readonly<Record<ProviderType, number>> = {
  ethernet: 1,
  wifi: 2,
  other: 3,
  vpn: 4,
  cellular: 5,
  virtual: 6,
};

/** Of a VPN that nobody named: after everything else, whatever that costs. */
const LAST_PRIORITY = 100;

/** A row of the table, and the entry of `providers:` that it comes of. */
export interface ToldRow {
  readonly row: ProviderRow;
  readonly said: ProviderConfig | null;
  /** `lastResort`: a VPN that nobody named (see `countedRows`). */
  readonly standing: "ordinary" | "lastResort";
}

/** What the rows are made of. */
export interface RowSources {
  readonly configured: readonly ProviderConfig[];
  readonly interfaces: readonly NetworkInterface[];
  readonly occupants: SlotOccupants;
  readonly signals: ReadonlyMap<string, number>;
  /** The interface of the default route. */
  readonly preferred: string | null;
  typeOf(name: string): ProviderType;
}

/** The rows of the lookup table (patent figure 19), the most promising first. */
export function makeRows(sources: RowSources): readonly ToldRow[] {
  const found = interfaceRows(sources);
  const present = [...found, ...addressRows(sources)];
  const all = [...present, ...raisableRows(sources, present)];
  const weight = ({ row, standing }: ToldRow) =>
    row.candidate.priority + (row.candidate.metered ? 100 : 0) +
    (standing === "lastResort" ? 1_000 : 0) -
    (row.device !== "" && row.device === sources.preferred ? 0.5 : 0);
  return all.sort((a, b) => weight(a) - weight(b));
}

/** What a provider is called whose interface need not be there; null for one that only matches. */
export function fixedKeyOf({ name, interface: device, address }: ProviderConfig): string | null {
  return name ?? device ?? address;
}

function interfaceRows(sources: RowSources): readonly ToldRow[] {
  const { configured } = sources;
  // Who names an interface or an address chooses; who only matches, describes.
  const isExhaustive = configured.some((one) => one.interface !== null || one.address !== null);
  const tunnels = new Set(configured.map(({ vpn }) => vpn?.interface ?? null));
  const names = new Set<string>();
  return sources.interfaces.filter((one) => one.kind === "ordinary" && one.state === "up")
    .flatMap((found): ToldRow[] => {
      if (tunnels.has(found.name)) return []; // it is part of the provider that it runs over
      const type = sources.typeOf(found.name);
      const said = entryFor(sources, found, type);
      // Interfaces of containers and virtual machines lead nowhere, unless the user knows better.
      const isUnwanted = said === null && (type === "virtual" || isExhaustive);
      if (said?.use === "never" || isUnwanted) return [];
      const key = said === null || said.name === null || names.has(said.name)
        ? found.name
        : said.name;
      names.add(key);
      const standing = said === null && type === "vpn" ? "lastResort" : "ordinary";
      return [{ row: rowOfInterface(sources, { key, type, said }, found), said, standing }];
    });
}

/** The first entry that fits; of several with a command each, the one that CNAPT has connected. */
function entryFor(
  { configured, occupants }: RowSources,
  found: NetworkInterface,
  type: ProviderType,
): ProviderConfig | null {
  const fitting = configured.filter((entry) => isAbout(entry, found, type));
  const [first] = fitting;
  if (first === undefined) return null;
  const occupant = occupants.of(interfaceSlot(found.name));
  const connected = fitting.find((one) => one.up !== null && fixedKeyOf(one) === occupant);
  return first.up === null ? first : connected ?? first;
}

/** A network by its key and type, with what the configuration says of it. */
interface TypedEntry {
  readonly key: ProviderKey;
  readonly type: ProviderType;
  readonly said: ProviderConfig | null;
}

function rowOfInterface(
  sources: RowSources,
  entry: TypedEntry,
  found: NetworkInterface,
): ProviderRow {
  const { key, said } = entry;
  const over = boundInterface(sources, key, said, found);
  return {
    candidate: candidateOf(sources, entry, over === null ? "raisable" : "up"),
    provider: over === null ? null : proxied(deviceProvider(key, over), said),
    rule: said === null ? ALL_SERVICES : serviceRuleOf(said),
    device: (over ?? found).name,
    addresses: (over ?? found).addresses.map(({ address }) => address),
    signalPercent: sources.signals.get(found.name) ?? null,
  };
}

/** What connections are bound to; null while the VPN that belongs to it is not connected. */
function boundInterface(
  { configured, interfaces, occupants, typeOf }: RowSources,
  key: ProviderKey,
  said: ProviderConfig | null,
  found: NetworkInterface,
): NetworkInterface | null {
  const vpn = said?.vpn ?? null;
  if (vpn === null) return found;
  const occupant = occupants.of(vpnSlot(vpn.interface, key));
  if (vpn.interface === null) return occupant === key ? found : null;
  const tunnel = interfaces.find((one) => one.name === vpn.interface && one.state === "up");
  if (tunnel === undefined) return null;
  // One that was there before CNAPT is taken to run over the first that it can run over.
  const first = configured.find((entry) =>
    entry.vpn?.interface === vpn.interface &&
    interfaces.some((one) => one.state === "up" && isAbout(entry, one, typeOf(one.name)))
  );
  const isHere = occupant === null ? first === said : occupant === key;
  return isHere ? tunnel : null;
}

/** Entries that name an address of this machine instead of an interface. */
function addressRows(sources: RowSources): readonly ToldRow[] {
  return sources.configured.flatMap((said) => {
    const { address } = said;
    if (address === null || said.use === "never") return [];
    const isThere = said.up === null || isLoopback(address) ||
      sources.interfaces.some((one) => one.addresses.some((own) => own.address === address));
    const key = said.name ?? address;
    const isConnected = said.vpn === null || sources.occupants.of(vpnSlot(null, key)) === key;
    if (!isThere) return [];
    return [{
      said,
      standing: "ordinary",
      row: {
        candidate: candidateOf(
          sources,
          { key, type: "other", said },
          isConnected ? "up" : "raisable",
        ),
        provider: isConnected ? proxied({ key, via: { kind: "address", address } }, said) : null,
        rule: serviceRuleOf(said),
        device: "",
        addresses: [address],
        signalPercent: null,
      },
    }];
  });
}

/** Entries with a command that could bring what is not there. */
function raisableRows(sources: RowSources, present: readonly ToldRow[]): readonly ToldRow[] {
  return sources.configured.flatMap((said) => {
    const key = fixedKeyOf(said);
    if (key === null || said.up === null || said.use === "never") return [];
    if (present.some((one) => one.said === said)) return [];
    const { interface: device, match } = said;
    const type = device !== null
      ? sources.typeOf(device)
      : match?.kind === "type"
      ? match.type
      : "other";
    return [{
      said,
      standing: "ordinary",
      row: {
        candidate: candidateOf(sources, { key, type, said }, "raisable"),
        provider: null,
        rule: serviceRuleOf(said),
        device: device ?? "",
        addresses: [],
        signalPercent: null,
      },
    }];
  });
}

function candidateOf(
  { configured }: RowSources,
  { key, type, said }: TypedEntry,
  state: Candidate["state"],
): Candidate {
  // Where nothing is said, the order in which interfaces are named is that of preference.
  const isNamed = said !== null && said.match === null;
  return {
    key,
    type,
    state,
    connects: said?.confirm === true ? "byPerson" : "byItself",
    priority: said?.priority ??
      (isNamed ? configured.indexOf(said) + 1 : usualPriority(type, said)),
    metered: said?.metered ?? type === "cellular",
    cost: said?.cost ?? 0,
    waitingServices: [],
  };
}

function usualPriority(type: ProviderType, said: ProviderConfig | null): number {
  return said === null && type === "vpn" ? LAST_PRIORITY : PRIORITIES[type];
}

/** An interface as something to bind to. */
export function deviceProvider(key: ProviderKey, found: NetworkInterface): Provider {
  const addresses = found.addresses.map(({ address }) => address);
  return { key, via: { kind: "device", device: found.name, addresses } };
}

function proxied(provider: Provider, said: ProviderConfig | null): Provider {
  const proxy = proxyOf(said);
  return proxy === null ? provider : { ...provider, proxy };
}
