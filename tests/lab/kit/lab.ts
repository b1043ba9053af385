import { Host } from "./host.ts";
import { connectHost, type HostLink } from "./host_link.ts";
import { hostSetup, prepareDirectory, type SharedPlaces, sharedPlaces } from "./host_setup.ts";
import { makeLabDirectory, removeLeftovers } from "./lab_directory.ts";
import { LabFailure } from "./lab_failure.ts";
import { findLabAbility, type LabMode } from "./lab_mode.ts";
import { Laptop } from "./laptop.ts";
import { Namespace } from "./namespace.ts";
import { NetemWire } from "./netem_wire.ts";
import { TapWire } from "./tap_wire.ts";
import {
  connectHosts,
  type Hosts,
  type LaptopInterface,
  SERVER_ADDRESS,
  type WireName,
  WIRES,
} from "./topology.ts";
import type { Wire, WireEndpoint } from "./wire.ts";

/** A wire as scenarios describe it: the same in both directions. */
export interface WirePlan {
  readonly delayMs?: number;
  readonly jitterMs?: number;
  readonly rateMbit?: number;
  readonly loss?: number;
}

/** What a lab is to be like; everything has a default. */
export interface LabOptions {
  readonly wires?: Readonly<Partial<Record<WireName, WirePlan>>>;
  /** The preferred one that works, by default. */
  readonly mode?: LabMode;
  /** Of the losses on the wires. */
  readonly seed?: number;
  /** `tap` even where the kernel has netem. */
  readonly wireKind?: "tap";
}

/**
 * A small Internet in network namespaces: a laptop with two networks, their providers, and a server
 * (see `connectHosts` for the plan). Nothing of it exists outside, and nothing stays of it.
 *
 *     await using lab = await Lab.create({ wires: { a: { delayMs: 10 }, b: { delayMs: 30 } } });
 *     const nginx = lab.server.start(["nginx", …]);
 *     await lab.wire("a").silence();
 *     await lab.laptop.unplug("eth0");
 */
export class Lab implements AsyncDisposable {
  readonly mode: LabMode;
  readonly laptop: Laptop;
  readonly server: Host;
  readonly hosts: Hosts;
  readonly serverAddress = SERVER_ADDRESS;
  /** Where the hosts find the project and Deno. */
  readonly places: SharedPlaces;
  readonly #wires: Readonly<Record<LaptopInterface, Wire>>;
  readonly #resources: AsyncDisposableStack;
  /** Where the homes of its hosts are. */
  readonly directory: string;

  private constructor({ mode, hosts, places, wires, resources, directory }: {
    readonly mode: LabMode;
    readonly hosts: Hosts & { readonly laptop: Laptop };
    readonly places: SharedPlaces;
    readonly wires: Readonly<Record<LaptopInterface, Wire>>;
    readonly resources: AsyncDisposableStack;
    readonly directory: string;
  }) {
    this.mode = mode;
    this.laptop = hosts.laptop;
    this.server = hosts.server;
    this.hosts = hosts;
    this.places = places;
    this.#wires = wires;
    this.#resources = resources;
    this.directory = directory;
  }

  /** @throws LabFailure where no lab can be made; tests ask `isLabMissing` before */
  static async create(options: LabOptions = {}): Promise<Lab> {
    const mode = options.mode ?? await preferredMode();
    await using resources = new AsyncDisposableStack();
    await removeLeftovers();
    const directory = await makeLabDirectory();
    resources.defer(() => Deno.remove(directory, { recursive: true }));
    await prepareDirectory(directory);
    const namespaces = await createNamespaces(mode, directory, resources);
    const { laptop, providerA, providerB, internet, server } = namespaces;

    const makeWire = await wireMaker(laptop.enter(), options, resources);
    const [a, b] = await Promise.all([
      makeWire("a", laptop, providerA), //
      makeWire("b", laptop, providerB),
    ]);
    const wires = { [WIRES.a]: a, [WIRES.b]: b };

    const host = (name: string, namespace: Namespace) =>
      resources.use(new Host(name, namespace, `${directory}/${name}`));
    const hosts = {
      laptop: resources.use(new Laptop(laptop, `${directory}/laptop`, wires)),
      providers: { eth0: host("providerA", providerA), wlan0: host("providerB", providerB) },
      internet: host("internet", internet),
      server: host("server", server),
    };
    await connectHosts(hosts);
    await hosts.laptop.plugAll();
    return new Lab({
      mode,
      hosts,
      places: sharedPlaces(directory),
      wires,
      resources: resources.move(),
      directory,
    });
  }

  /** The cable of an interface of the laptop, by its own name or the interface's. */
  wire(name: WireName | LaptopInterface): Wire {
    return this.#wires[name === "a" || name === "b" ? WIRES[name] : name];
  }

  /** A further computer, behind one that is there. */
  async addHost(name: string, link: HostLink): Promise<Host> {
    const home = `${this.directory}/${name}`;
    const setup = await hostSetup(this.directory, home, this.mode === "root");
    const namespace = this.#resources.use(
      await Namespace.create(this.mode, name, setup, this.laptop.namespace),
    );
    const host = this.#resources.use(new Host(name, namespace, home));
    await connectHost(host, link);
    return host;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}

async function preferredMode(): Promise<LabMode> {
  const ability = await findLabAbility();
  if (ability.kind === "impossible") {
    throw new LabFailure(`Cannot make a lab on this machine: ${ability.reason}`);
  }
  const [mode] = ability.modes;
  if (mode === undefined) throw new LabFailure("Cannot make a lab: no mode works");
  return mode;
}

/** A namespace for each host; what they need is disposed of with `resources`. */
async function createNamespaces(
  mode: LabMode,
  directory: string,
  resources: AsyncDisposableStack,
): Promise<
  Readonly<Record<"laptop" | "providerA" | "providerB" | "internet" | "server", Namespace>>
> {
  const create = async (name: string, beside?: Namespace) => {
    const setup = await hostSetup(directory, `${directory}/${name}`, mode === "root");
    return resources.use(await Namespace.create(mode, name, setup, beside));
  };
  const laptop = await create("laptop");
  const [providerA, providerB, internet, server] = await Promise.all([
    create("providerA", laptop),
    create("providerB", laptop),
    create("internet", laptop),
    create("server", laptop),
  ]);
  return { laptop, providerA, providerB, internet, server };
}

/** Returns what makes a wire, with the kernel's help where there is any. */
async function wireMaker(
  enter: readonly string[],
  options: LabOptions,
  resources: AsyncDisposableStack,
): Promise<(name: WireName, laptop: Namespace, provider: Namespace) => Promise<Wire>> {
  const hasNetem = options.wireKind !== "tap" && await NetemWire.isPossible(enter);
  return async (name, laptop, provider) => {
    const a = endpoint(laptop, WIRES[name]);
    const b = endpoint(provider, "lan");
    const seed = (options.seed ?? 1) * 2 + (name === "a" ? 0 : 1);
    const wire = resources.use(
      hasNetem ? await NetemWire.create(a, b) : await TapWire.create(a, b, seed),
    );
    const { delayMs = 0, jitterMs = 0, rateMbit = 0, loss = 0 } = options.wires?.[name] ?? {};
    await wire.set({ delayMs, jitterMs, rateBits: rateMbit * 1e6, loss });
    return wire;
  };
}

function endpoint(namespace: Namespace, name: string): WireEndpoint {
  return { pid: namespace.pid, enter: namespace.enter(), interface: name };
}
