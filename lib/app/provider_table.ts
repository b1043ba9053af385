import type { ProviderConfig } from "../config/cnapt_config.ts";
import type { ProviderKey } from "../core/session/effect.ts";
import { defaultRouteDevice } from "../net/default_route.ts";
import { isLoopback, listInterfaces, type NetworkInterface } from "../net/interfaces.ts";
import type { Via } from "../net/dial.ts";
import type { Provider, Providers } from "../relay/provider.ts";

/** The way that is tried where no interface seems to be of use: whatever the system does. */
const ANY: Provider = { key: "default", via: { kind: "any" } };
/** Interfaces of containers and virtual machines lead nowhere. */
const IGNORED = /^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|podman)/;

/**
 * The table of providers, made of the interfaces as they are now and what the user said about
 * them. For a SNAPT on this machine there is only loopback.
 */
export class ProviderTable {
  readonly #configured: readonly ProviderConfig[] | null;
  readonly #list: () => readonly NetworkInterface[];
  #interfaces: readonly NetworkInterface[];
  #preferred: string | null;

  constructor(
    configured: readonly ProviderConfig[] | null,
    list: () => readonly NetworkInterface[] = listInterfaces,
  ) {
    this.#configured = configured;
    this.#list = list;
    this.#interfaces = list();
    this.#preferred = defaultRouteDevice();
  }

  /** The providers that can lead to `host`. */
  towards(host: string): Providers {
    const isLocal = host === "localhost" || isLoopback(host);
    return {
      candidates: () => this.#candidates(isLocal),
      find: (key) => this.#find(key, isLocal),
    };
  }

  /** Takes a new list of interfaces; says which providers are gone or have another address. */
  update(interfaces: readonly NetworkInterface[]): { key: ProviderKey; reason: string }[] {
    const before = this.#candidates(false);
    this.#interfaces = interfaces;
    this.#preferred = defaultRouteDevice();
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

  #candidates(isLocal: boolean): readonly Provider[] {
    const all = this.#configured === null ? this.#detected() : this.#fromConfig();
    const useful = isLocal && this.#configured === null ? [] : all;
    return useful.length > 0 ? useful : [{ ...ANY, key: isLocal ? "lo" : ANY.key }];
  }

  #detected(): Provider[] {
    return this.#interfaces
      .filter((one) => one.kind === "ordinary" && one.state === "up" && !IGNORED.test(one.name))
      .sort((a, b) => Number(b.name === this.#preferred) - Number(a.name === this.#preferred))
      .map((one) => this.#device(one.name, one));
  }

  #fromConfig(): Provider[] {
    return (this.#configured ?? []).flatMap(({ name, interface: device, address }) => {
      if (address !== null) {
        return [{ key: name ?? address, via: { kind: "address", address } as const }];
      }
      const found = this.#interfaces.find((one) => one.name === device && one.state === "up");
      return found === undefined ? [] : [this.#device(name ?? found.name, found)];
    });
  }

  #device(key: string, found: NetworkInterface): Provider {
    const addresses = found.addresses.map(({ address }) => address);
    return { key, via: { kind: "device", device: found.name, addresses } };
  }

  /** A name of the table, the name of any interface, or an address of this machine. */
  #find(key: ProviderKey, isLocal: boolean): Provider | null {
    const found = this.#lookUp(key, isLocal);
    if (found !== null) return found;
    // It may have come up since the interfaces were last looked at.
    try {
      this.#interfaces = this.#list();
    } catch {
      return null; // no descriptor to list them with: they are taken to be as before
    }
    return this.#lookUp(key, isLocal);
  }

  #lookUp(key: ProviderKey, isLocal: boolean): Provider | null {
    const known = this.#candidates(isLocal).find((one) => one.key === key);
    if (known !== undefined) return known;
    const device = this.#interfaces.find((one) => one.name === key && one.state === "up");
    if (device !== undefined) return this.#device(key, device);
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

function addressesOf(via: Via): readonly string[] {
  return via.kind === "device" ? via.addresses : [];
}
