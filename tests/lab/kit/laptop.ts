import { Host } from "./host.ts";
import { LabFailure } from "./lab_failure.ts";
import type { Namespace } from "./namespace.ts";
import { LAPTOP_INTERFACES, type LaptopInterface, PROVIDER_NETWORKS } from "./topology.ts";
import type { Wire } from "./wire.ts";

/** Addresses of a provider's customers end in numbers from this one up. */
const FIRST_HOST_NUMBER = 2;

/** How a cable comes out. */
export interface UnplugOptions {
  /** `carrier` (default): the cable is pulled; `down`: somebody switches the interface off. */
  readonly how?: "carrier" | "down";
  /** Leave the address there, as until the network manager notices; it goes by default. */
  readonly keepAddress?: boolean;
}

/** The computer with two networks, on which CNAPT runs. */
export class Laptop extends Host {
  readonly #wires: Readonly<Record<LaptopInterface, Wire>>;
  readonly #hostNumbers: Record<LaptopInterface, number> = {
    eth0: FIRST_HOST_NUMBER,
    wlan0: FIRST_HOST_NUMBER,
  };

  constructor(namespace: Namespace, home: string, wires: Readonly<Record<LaptopInterface, Wire>>) {
    super("laptop", namespace, home);
    this.#wires = wires;
  }

  /** The address that the interface has, or gets with the next `plug`. */
  address(name: LaptopInterface): string {
    return `${PROVIDER_NETWORKS[name].prefix}.${this.#hostNumbers[name]}`;
  }

  /** Makes everything ready for the first time. */
  async plugAll(): Promise<void> {
    await Promise.all(LAPTOP_INTERFACES.map((name) => this.plug(name)));
  }

  /** Pulls the cable: no carrier, and (see the options) no address and no routes any more. */
  async unplug(name: LaptopInterface, options: UnplugOptions = {}): Promise<void> {
    if (options.how === "down") await this.configure(`ip link set dev ${name} down`);
    else await this.#wires[name].setCarrier(false);
    if (options.keepAddress !== true) await this.dropAddress(name);
  }

  /** Plugs the cable in, and does what a network manager does then: address and default route. */
  async plug(name: LaptopInterface): Promise<void> {
    await this.#wires[name].setCarrier(true);
    const { gateway, metric } = PROVIDER_NETWORKS[name];
    await this.configure(`
ip link set dev ${name} up
ip addr replace ${this.address(name)}/24 dev ${name}
ip route replace default via ${gateway} dev ${name} metric ${metric}`);
  }

  /** The lease is gone: no address and no route over an interface that stays up. */
  async dropAddress(name: LaptopInterface): Promise<void> {
    await this.configure(`ip addr flush dev ${name}
ip route flush dev ${name}`);
  }

  /** Another lease: the old address goes, another one comes. Returns the new one. */
  async newAddress(name: LaptopInterface): Promise<string> {
    await this.dropAddress(name);
    this.takeNextAddress(name);
    await this.plug(name);
    return this.address(name);
  }

  /** The next `plug` will bring another address. */
  takeNextAddress(name: LaptopInterface): void {
    const next = this.#hostNumbers[name] + 1;
    if (next > 254) throw new LabFailure(`Cannot find another address for ${name}: all used`);
    this.#hostNumbers[name] = next;
  }
}
