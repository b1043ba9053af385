import type { ProviderConfig } from "../../config/provider_config.ts";
import { serviceRuleOf } from "../../config/service_rule_config.ts";
import { ALL_SERVICES, type ServiceRule } from "../../core/decision/service_rule.ts";
import { type ProviderKey, SYSTEM_CHOICE } from "../../core/path/provider_key.ts";
import type { Via } from "../../net/via.ts";
import { isLoopback, type NetworkInterface } from "../../net/interfaces.ts";
import type { Provider, ProviderRow, Providers } from "../../relay/network/provider.ts";
import { countedRows, hasOrdinary } from "./counted_rows.ts";
import { deviceProvider, fixedKeyOf, makeRows, type ToldRow } from "./provider_rows.ts";
import { withEnvironmentProxy } from "./provider_proxy.ts";
import { SlotOccupants } from "./slot_occupants.ts";
import { SYSTEM, type TableSources } from "./table_sources.ts";

const ANY: Provider = { key: SYSTEM_CHOICE, via: { kind: "any" } };

const CHANGED = "`providers:` says something else of it now";

/**
 * The lookup table of providers (patent figure 19), made of the interfaces as they are now and
 * what the user said about them. For a SNAPT on this machine there is only loopback.
 */
export class ProviderTable {
  /** Who is in what only one provider can be in at a time. */
  readonly occupants = new SlotOccupants();
  #said: readonly ProviderConfig[] | null;
  #configured: readonly ProviderConfig[];
  /** Rows that no entry gives any more, while sessions are moved away from them. */
  #leaving: readonly ToldRow[] = [];
  readonly #sources: TableSources;
  readonly #confirmed = new Set<ProviderKey>();
  /** What was there when `update` last told what is gone. */
  #told: readonly Provider[];
  /** What was asked for each stream lately; making the table takes too long for that. */
  readonly #rules = new Map<ProviderKey, ServiceRule>();
  #interfaces: readonly NetworkInterface[];
  /** Tunnels whose packets go over our own conversations: none of them is a network. */
  #carried: ReadonlySet<string> = new Set();
  #preferred: string | null;

  /** @throws {UsageError} the environment names something that is no proxy */
  constructor(configured: readonly ProviderConfig[] | null, sources: Partial<TableSources> = {}) {
    this.#sources = { ...SYSTEM, ...sources };
    this.#said = configured;
    this.#configured = withEnvironmentProxy(configured ?? [], this.#sources.environment);
    this.#interfaces = this.#sources.interfaces();
    this.#preferred = this.#sources.preferred();
    this.#told = this.#present();
  }

  /** The entries of `providers:` that it is made from. */
  get configured(): readonly ProviderConfig[] | null {
    return this.#said;
  }

  /**
   * Is made from other entries from now on. A row that `isUsed` and that they do not give stays
   * until `letGo`: the keys of those that are to be left.
   *
   * @throws {UsageError} the environment names something that is no proxy; all is as it was
   */
  useConfigured(
    configured: readonly ProviderConfig[] | null,
    isUsed: (key: ProviderKey) => boolean,
  ): readonly ProviderKey[] {
    const before = this.#toldRows();
    this.#configured = withEnvironmentProxy(configured ?? [], this.#sources.environment);
    this.#said = configured;
    this.#leaving = [];
    this.#rules.clear();
    const given = new Set(this.#rows().map(({ candidate }) => candidate.key));
    this.#leaving = before.filter(({ row: { candidate: { key }, provider } }) =>
      provider !== null && isUsed(key) && !given.has(key)
    );
    return this.#leaving.map(({ row }) => row.candidate.key);
  }

  /** Forgets what no entry gives any more; says which providers are gone or somewhere else. */
  letGo(): { key: ProviderKey; reason: string }[] {
    this.#leaving = [];
    return this.update(this.#interfaces).map(({ key }) => ({ key, reason: CHANGED }));
  }

  /** What a session can be moved to without anybody being asked, what is up first. */
  waysTowards(host: string): readonly ProviderKey[] {
    const up = this.towards(host).candidates().map(({ key }) => key);
    const raisable = this.rowsTowards(host).filter(({ candidate }) =>
      candidate.state === "raisable" && candidate.connects === "byItself"
    ).map(({ candidate }) => candidate.key);
    const leaving = this.#leaving.map(({ row }) => row.candidate.key);
    return [...up, ...raisable].filter((key) => !leaving.includes(key));
  }

  /** The providers that can lead to `host`. `isNeeded`: nothing but a last resort would help. */
  towards(host: string, isNeeded: () => boolean = () => false): Providers {
    const isLocal = host === "localhost" || isLoopback(host);
    return {
      candidates: () => this.#candidates(isLocal, isNeeded),
      find: (key) => this.#find(key, isLocal),
    };
  }

  /**
   * The rows for the decision of a site that is on `inUse`; none for a SNAPT on this machine unless
   * the user named them.
   */
  rowsTowards(host: string, inUse: ProviderKey | null = null): readonly ProviderRow[] {
    const isLocal = host === "localhost" || isLoopback(host);
    if (isLocal && this.#configured.length === 0) return [];
    return countedRows(this.#toldRows(), { isNeeded: () => false, inUse }).map(({ row }) => row);
  }

  /** Whether any network is there that could lead to `host`; a VPN alone is none. */
  hasNetworkTowards(host: string): boolean {
    return host === "localhost" || isLoopback(host) || hasOrdinary(this.#toldRows());
  }

  /** The interfaces that may be the ends of tunnels. */
  tunnels(): readonly string[] {
    return this.#interfaces.filter(({ name, kind, state }) =>
      kind === "ordinary" && state === "up" && this.#sources.typeOf(name) === "vpn"
    ).map(({ name }) => name);
  }

  /** These tunnels are carried by our own conversations; says what is gone with that. */
  setCarried(devices: ReadonlySet<string>): { key: ProviderKey; reason: string }[] {
    this.#carried = devices;
    return this.update(this.#interfaces);
  }

  /** The row of a provider with what the user said about it; null when there is none. */
  told(key: ProviderKey): ToldRow | null {
    return this.#toldRows().find(({ row }) => row.candidate.key === key) ?? null;
  }

  /** What the user said about a provider, also when nothing of it is there. */
  saidOf(key: ProviderKey): ProviderConfig | null {
    return this.told(key)?.said ??
      this.#configured.find((entry) => fixedKeyOf(entry) === key) ?? null;
  }

  /** Which services may go over a provider, also when it is not there. */
  ruleOf(key: ProviderKey): ServiceRule {
    let rule = this.#rules.get(key);
    if (rule === undefined) {
      const said = this.#configured.length === 0 ? null : this.saidOf(key);
      rule = said === null ? ALL_SERVICES : serviceRuleOf(said);
      this.#rules.set(key, rule);
    }
    return rule;
  }

  /** The providers on one of `devices`, or behind which one of them is; all where none is named. */
  keysOn(devices: readonly string[]): readonly ProviderKey[] {
    const isOn = ({ row, said }: ToldRow) =>
      devices.length === 0 || devices.includes(row.device) ||
      devices.includes(said?.interface ?? "");
    return this.#toldRows().filter(isOn).map(({ row }) => row.candidate.key);
  }

  /** All other providers that are in the table. */
  rivalsOf(key: ProviderKey): readonly ProviderKey[] {
    return this.#rows().map(({ candidate }) => candidate.key).filter((other) => other !== key);
  }

  /** Whether several providers are on that interface, one at a time. */
  isShared(device: string): boolean {
    return this.#configured.filter((one) => one.interface === device).length > 1;
  }

  /** Whether the interface is up and has an address. */
  isThere(device: string): boolean {
    return this.#interfaces.some(({ name, state, addresses }) =>
      name === device && state === "up" && addresses.length > 0
    );
  }

  /** Somebody said yes to a provider that needs it; it may be tried until that is taken back. */
  confirm(key: ProviderKey): void {
    this.#confirmed.add(key);
  }

  unconfirm(key: ProviderKey): void {
    this.#confirmed.delete(key);
  }

  /** What has been left has to be confirmed again before it is used again. */
  keepConfirmed(isUsed: (key: ProviderKey) => boolean): void {
    for (const key of this.#confirmed) if (!isUsed(key)) this.#confirmed.delete(key);
  }

  /** Takes a new list of interfaces; says which providers are gone or have another address. */
  update(interfaces: readonly NetworkInterface[]): { key: ProviderKey; reason: string }[] {
    this.#rules.clear();
    const before = this.#told;
    this.#interfaces = interfaces;
    this.#preferred = this.#sources.preferred();
    this.#told = this.#present();
    const after = new Map(this.#told.map((one) => [one.key, one]));
    return before.flatMap((one) => {
      const now = after.get(one.key);
      if (now === undefined) return [{ key: one.key, reason: this.#whyGone(one) }];
      const isSame = addressesOf(one.via).every((address) =>
        addressesOf(now.via).includes(address)
      );
      return isSame ? [] : [{ key: one.key, reason: "its address changed" }];
    });
  }

  /** Those that nobody has to confirm or to bring up, the most promising first. */
  #candidates(isLocal: boolean, isNeeded = () => false): readonly Provider[] {
    const rows = isLocal && this.#configured.length === 0
      ? []
      : countedRows(this.#toldRows(), { isNeeded, inUse: null }).map(({ row }) => row);
    // The system's own choice would not ask for the confirmation that a row wants.
    if (rows.length === 0) return [{ ...ANY, key: isLocal ? "lo" : ANY.key }];
    return rows.flatMap(({ candidate, provider }) => {
      const isFree = candidate.connects === "byItself" || this.#confirmed.has(candidate.key);
      return provider !== null && isFree ? [provider] : [];
    });
  }

  #present(): readonly Provider[] {
    return this.#rows().flatMap(({ provider }) => provider ?? []);
  }

  #rows(): readonly ProviderRow[] {
    return this.#toldRows().map(({ row }) => row);
  }

  #toldRows(): readonly ToldRow[] {
    const rows = makeRows({
      configured: this.#configured,
      interfaces: this.#interfaces.filter(({ name }) => !this.#carried.has(name)),
      occupants: this.occupants,
      signals: this.#sources.signals(),
      preferred: this.#preferred,
      typeOf: (name) => this.#sources.typeOf(name),
    });
    return [...rows, ...this.#leaving];
  }

  /** A name of the table, the name of any interface, or an address of this machine. */
  #find(key: ProviderKey, isLocal: boolean): Provider | null {
    const found = this.#lookUp(key, isLocal);
    if (found !== null) return found;
    // It may have come up since the interfaces were last looked at.
    this.refresh();
    return this.#lookUp(key, isLocal);
  }

  /** Looks at the interfaces now; who watches them is told of the change all the same. */
  refresh(): void {
    try {
      this.#interfaces = this.#sources.interfaces();
    } catch (error) {
      // No descriptor to list them with: they are taken to be as before.
      if (!(error instanceof Error && "code" in error)) throw error;
    }
  }

  #lookUp(key: ProviderKey, isLocal: boolean): Provider | null {
    const row = isLocal && this.#configured.length === 0
      ? undefined
      : this.#rows().find((one) => one.candidate.key === key);
    if (row !== undefined) return row.provider;
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
    if (this.#carried.has(device)) return `${device} leads over a connection of this CNAPT`;
    return found.state === "down" ? `${device} is down` : `another network is on ${device}`;
  }
}

function addressesOf(via: Via): readonly string[] {
  return via.kind === "device" ? via.addresses : [];
}
