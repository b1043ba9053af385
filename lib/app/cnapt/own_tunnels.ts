import { carriesTunnel, passedSince, type TrafficCount } from "../../core/decision/own_tunnel.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";

/** How often tunnels are compared with what we carry. */
const LOOK_MS = 1_000;

/** A conversation by UDP that we carry. */
export interface CarriedFlow extends TrafficCount {
  /** Different for each of all sites. */
  readonly name: string;
  readonly service: string;
}

export interface OwnTunnelsContext {
  /** The devices that may be tunnels. */
  readonly tunnels: () => readonly string[];
  readonly trafficOf: (device: string) => TrafficCount | null;
  readonly flows: () => readonly CarriedFlow[];
  /** The tunnels that we carry are others than before. */
  readonly changed: (carried: ReadonlySet<string>) => void;
  /** The program's. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/** What a tunnel and the flows had counted when they were first looked at together. */
interface Comparison {
  readonly tunnel: TrafficCount;
  readonly flows: ReadonlyMap<string, TrafficCount>;
}

/** Knows which tunnels of this machine are carried by our own UDP services: they are no networks. */
export class OwnTunnels {
  readonly #context: OwnTunnelsContext;
  readonly #tasks: TaskGroup;
  readonly #comparisons = new Map<string, Comparison>();
  readonly #carried = new Set<string>();

  constructor(context: OwnTunnelsContext) {
    this.#context = context;
    this.#tasks = context.tasks.child("own tunnels", "keepGoing");
  }

  start(): void {
    this.#tasks.every(LOOK_MS, () => this.look());
  }

  /** Looks once. */
  look(): void {
    const { tunnels, flows, changed } = this.#context;
    const devices = tunnels();
    const before = [...this.#carried].join(" ");
    for (const device of [...this.#comparisons.keys(), ...this.#carried]) {
      if (devices.includes(device)) continue;
      this.#comparisons.delete(device);
      this.#carried.delete(device);
    }
    const all = devices.length === 0 ? [] : flows();
    for (const device of devices) this.#compare(device, all);
    if ([...this.#carried].join(" ") !== before) changed(new Set(this.#carried));
  }

  /** A conclusion is drawn from what passes from one look to a later one, and then anew. */
  #compare(device: string, flows: readonly CarriedFlow[]): void {
    const { trafficOf, log } = this.#context;
    const tunnel = trafficOf(device);
    if (tunnel === null) return;
    const begun = this.#comparisons.get(device);
    if (begun === undefined) return this.#begin(device, tunnel, flows);
    const passed = passedSince(begun.tunnel, tunnel);
    const verdictOf = (flow: CarriedFlow) => {
      const before = begun.flows.get(flow.name) ?? NOTHING; // one that began later began with nothing
      return carriesTunnel(passedSince(before, flow), passed);
    };
    const carrier = flows.find((flow) => verdictOf(flow) === "yes");
    if (carrier !== undefined) {
      if (!this.#carried.has(device)) {
        const reason = `its packets are carried by the service ${carrier.service}: no network`;
        log.info("own-tunnel", { device, service: carrier.service, reason });
      }
      this.#carried.add(device);
    } else if (carriesTunnel(NOTHING, passed) === "unknown") return;
    else this.#carried.delete(device);
    this.#begin(device, tunnel, flows);
  }

  #begin(device: string, tunnel: TrafficCount, flows: readonly CarriedFlow[]): void {
    this.#comparisons.set(device, {
      tunnel,
      flows: new Map(flows.map((flow) => [flow.name, flow])),
    });
  }
}

const NOTHING: TrafficCount = { sentBytes: 0, receivedBytes: 0, packets: 0 };
