import type { ProviderConfig } from "../config/provider_config.ts";
import type { ProviderType } from "../core/decision/candidate.ts";
import type { ProviderKey } from "../core/session/effect.ts";
import { defaultRouteDevice } from "../net/default_route.ts";
import type { Via } from "../net/dial.ts";
import { interfaceType } from "../net/interface_type.ts";
import { isLoopback, listInterfaces, type NetworkInterface } from "../net/interfaces.ts";
import { wifiSignals } from "../net/wifi_signal.ts";
import type { Provider, ProviderRow, Providers } from "../relay/provider.ts";
import { isAbout } from "./provider_match.ts";

/** The way that is tried where no interface seems to be of use: whatever the system does. */
const ANY: Provider = { key: "default", via: { kind: "any" } };

/** How a provider is taken where the user says nothing: wires before waves, free before paid. */
const PRIORITIES: Readonly<Record<ProviderType, number>> = {
  ethernet: 1,
  wifi: 2,
  other: 3,
  vpn: 4,
  cellular: 5,
  virtual: 6,
};

/** What the table is made from; the system's own answers unless a test has others. */
export interface TableSources {
  interfaces(): readonly NetworkInterface[];
  typeOf(name: string): ProviderType;
  signals(): ReadonlyMap<string, number>;
  preferred(): string | null;
}

const SYSTEM: TableSources = {
  interfaces: listInterfaces,
  typeOf: interfaceType,
  signals: wifiSignals,
  preferred: defaultRouteDevice,
};

/**
 * The lookup table of providers (patent figure 19), made of the interfaces as they are now and
 * what the user said about them. For a SNAPT on this machine there is only loopback.
 */
export class ProviderTable {
  readonly #configured: readonly ProviderConfig[];
  readonly #sources: TableSources;
  #interfaces: readonly NetworkInterface[];
  #preferred: string | null;

  constructor(configured: readonly ProviderConfig[] | null, sources: Partial<TableSources> = {}) {
    this.#configured = configured ?? [];
    this.#sources = { ...SYSTEM, ...sources };
    this.#interfaces = this.#sources.interfaces();
    this.#preferred = this.#sources.preferred();
  }

  /** The providers that can lead to `host`. */
  towards(host: string): Providers {
    const isLocal = host === "localhost" || isLoopback(host);
    return {
      candidates: () => this.#candidates(isLocal),
      find: (key) => this.#find(key, isLocal),
    };
  }

  /** The rows for the decision; none for a SNAPT on this machine. */
  rowsTowards(host: string): readonly ProviderRow[] {
    const isLocal = host === "localhost" || isLoopback(host);
    return isLocal ? [] : this.#rows();
  }

  /** Takes a new list of interfaces; says which providers are gone or have another address. */
  update(interfaces: readonly NetworkInterface[]): { key: ProviderKey; reason: string }[] {
    const before = this.#candidates(false);
    this.#interfaces = interfaces;
    this.#preferred = this.#sources.preferred();
    const after = new Map(this.#candidates(false).map((one) => [one.key, one]));
    return before.filter((one) => one.via.kind !== "any").flatMap((one) => {
      const now = after.get(one.key);
      if (now === undefined) return [{ key: one.key, reason: this.#whyGone(one) }];
      const isSame = addressesOf(one.via).every((address) =>
        addressesOf(now.via).includes(address)
      );
      return isSame ? [] : [{ key: one.key, reason: "its address changed" }];
    });
  }

  /** Who names an interface or an address chooses; who only matches, describes. */
  get #isExhaustive(): boolean {
    return this.#configured.some((one) => one.interface !== null || one.address !== null);
  }

  /** Those that nobody has to confirm, the most promising first. */
  #candidates(isLocal: boolean): readonly Provider[] {
    const useful = isLocal && this.#configured.length === 0
      ? []
      : this.#rows().flatMap(({ candidate, provider }) =>
        provider === null || candidate.connects === "byPerson" ? [] : [provider]
      );
    return useful.length > 0 ? useful : [{ ...ANY, key: isLocal ? "lo" : ANY.key }];
  }

  #rows(): readonly ProviderRow[] {
    const signals = this.#sources.signals();
    const names = new Set<string>();
    const rows = this.#interfaces.filter((one) => one.kind === "ordinary" && one.state === "up")
      .flatMap((found): ProviderRow[] => {
        const type = this.#sources.typeOf(found.name);
        const said = this.#configured.find((entry) => isAbout(entry, found, type)) ?? null;
        // Interfaces of containers and virtual machines lead nowhere, unless the user knows better.
        const isUnwanted = said === null && (type === "virtual" || this.#isExhaustive);
        if (said?.use === "never" || isUnwanted) return [];
        const key = said?.name === null || said === null || names.has(said.name)
          ? found.name
          : said.name;
        names.add(key);
        return [rowOf(key, type, this.#priorityOf(type, said), said, found, signals)];
      });
    const weight = (row: ProviderRow) =>
      row.candidate.priority + (row.candidate.metered ? 100 : 0) -
      (row.device === this.#preferred ? 0.5 : 0);
    return [...rows, ...this.#addressRows()].sort((a, b) => weight(a) - weight(b));
  }

  /** Where nothing is said, the order in which interfaces are named is that of preference. */
  #priorityOf(type: ProviderType, said: ProviderConfig | null): number {
    if (said !== null && said.priority !== null) return said.priority;
    const isNamed = said !== null && said.match === null;
    return isNamed ? this.#configured.indexOf(said) + 1 : PRIORITIES[type];
  }

  /** Entries that name an address of this machine instead of an interface. */
  #addressRows(): readonly ProviderRow[] {
    return this.#configured.flatMap((said) => {
      const { address } = said;
      if (address === null || said.use === "never") return [];
      const key = said.name ?? address;
      return [{
        candidate: candidateOf(key, "other", this.#priorityOf("other", said), said),
        provider: { key, via: { kind: "address", address } } as const,
        device: "",
        addresses: [address],
        signalPercent: null,
      }];
    });
  }

  /** A name of the table, the name of any interface, or an address of this machine. */
  #find(key: ProviderKey, isLocal: boolean): Provider | null {
    const found = this.#lookUp(key, isLocal);
    if (found !== null) return found;
    // It may have come up since the interfaces were last looked at.
    try {
      this.#interfaces = this.#sources.interfaces();
    } catch {
      return null; // no descriptor to list them with: they are taken to be as before
    }
    return this.#lookUp(key, isLocal);
  }

  #lookUp(key: ProviderKey, isLocal: boolean): Provider | null {
    const row = isLocal ? undefined : this.#rows().find((one) => one.candidate.key === key);
    if (row !== undefined && row.provider !== null) return row.provider;
    const known = this.#candidates(isLocal).find((one) => one.key === key);
    if (known !== undefined) return known;
    const device = this.#interfaces.find((one) => one.name === key && one.state === "up");
    if (device !== undefined) return deviceProvider(key, device);
    const isOwn = isLoopback(key) ||
      this.#interfaces.some((one) => one.addresses.some(({ address }) => address === key));
    return isOwn ? { key, via: { kind: "address", address: key } } : null;
  }

  #whyGone(provider: Provider): string {
    if (provider.via.kind !== "device") return "it is gone";
    const { device } = provider.via;
    const found = this.#interfaces.find((one) => one.name === device);
    if (found === undefined) return `${device} has no address any more`;
    return `${device} is down`;
  }
}

function rowOf(
  key: ProviderKey,
  type: ProviderType,
  priority: number,
  said: ProviderConfig | null,
  found: NetworkInterface,
  signals: ReadonlyMap<string, number>,
): ProviderRow {
  return {
    candidate: candidateOf(key, type, priority, said),
    provider: deviceProvider(key, found),
    device: found.name,
    addresses: found.addresses.map(({ address }) => address),
    signalPercent: signals.get(found.name) ?? null,
  };
}

function candidateOf(
  key: ProviderKey,
  type: ProviderType,
  priority: number,
  said: ProviderConfig | null,
): ProviderRow["candidate"] {
  return {
    key,
    type,
    state: "up",
    connects: said?.confirm === true ? "byPerson" : "byItself",
    priority,
    metered: said?.metered ?? type === "cellular",
    cost: said?.cost ?? 0,
    heldServices: [],
  };
}

function deviceProvider(key: ProviderKey, found: NetworkInterface): Provider {
  const addresses = found.addresses.map(({ address }) => address);
  return { key, via: { kind: "device", device: found.name, addresses } };
}

function addressesOf(via: Via): readonly string[] {
  return via.kind === "device" ? via.addresses : [];
}
