import { ALL_SERVICES } from "../../../lib/core/decision/service_rule.ts";
import type { SessionLimits } from "../../../lib/core/session/session_limits.ts";
import type { Chance } from "../../sim/chance.ts";
import { SimCnapt } from "../../sim/sim_cnapt.ts";
import type { SimConn } from "../../sim/sim_conn.ts";
import { SimConnections } from "../../sim/sim_connections.ts";
import type { ToldLog } from "../../told_log.ts";
import { SimNetwork } from "../../sim/sim_network.ts";
import type { VirtualTime } from "../../sim/virtual_time.ts";

export const HONEST_ID = new Uint8Array(16).fill(1);
const LONGEST_PAUSE_MS = 400;
/** Of its actions, so many are switches. */
const SWITCH_SHARE = 0.05;

export interface HonestClientContext {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly key: Uint8Array;
  readonly limits: SessionLimits;
  /** It reached SNAPT's port. */
  readonly arrived: (conn: SimConn) => void;
  readonly log: ToldLog;
}

/** The CNAPT that ships, whose applications look at every byte while others do their worst. */
export class HonestClient {
  readonly connections: SimConnections;
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #network: SimNetwork;
  readonly #cnapt: SimCnapt;
  #life: "busy" | "leaving" = "busy";

  constructor({ time, chance, key, limits, arrived, log }: HonestClientContext) {
    this.#time = time;
    this.#chance = chance;
    this.connections = new SimConnections(time, chance);
    this.#network = new SimNetwork(time, chance, { eth: 5, wifi: 15 }, {
      arrived,
      began: () => {},
      changed: () => {},
    });
    this.#cnapt = new SimCnapt({
      clock: time.clock,
      network: this.#network,
      settings: {
        instance: "0011223344556677",
        claim: "atOnce",
        limits,
        clientServices: [],
        ruleOf: () => ALL_SERVICES,
        switchTimeoutMs: 60_000,
        liveness: { heartbeatMs: 5_000, deadAfterMs: 1_000 },
      },
      credentials: { id: HONEST_ID, key },
      openClientApplication: () => this.connections.openClientApplication(),
      log,
    });
  }

  start(): void {
    this.#cnapt.start();
    this.#again();
  }

  get isConnected(): boolean {
    return this.#cnapt.session.state === "connected";
  }
  get openLinks(): number {
    return this.#network.countAt("snapt");
  }
  get endReason(): string | null {
    return this.#cnapt.endReason;
  }
  get streams(): number {
    return this.#cnapt.session.streams.size;
  }

  /** Opens no more connections. */
  leave(): void {
    this.#life = "leaving";
  }

  stop(): void {
    this.#cnapt.stop();
  }

  #again(): void {
    this.#time.after(this.#chance.between(0, LONGEST_PAUSE_MS), () => {
      if (this.#life === "leaving") return;
      if (this.#chance.isHit(SWITCH_SHARE)) this.#switch();
      else if (this.streams < 16) this.#open();
      this.#again();
    });
  }

  #switch(): void {
    if (!this.isConnected) return;
    const to = this.#cnapt.session.provider === "eth" ? "wifi" : "eth";
    this.#cnapt.requestSwitch(to, this.#chance.pick(["overlapped", "strict"]));
  }

  #open(): void {
    const sendsBytes = this.#chance.between(0, 20_000);
    const client = this.connections.client({ client: { sendsBytes } });
    const opening = {
      target: { kind: "service", name: "echo" },
      compression: "none",
      source: client.remoteAddress,
    } as const;
    if (!this.#cnapt.open(opening, client)) client.reset();
  }
}
