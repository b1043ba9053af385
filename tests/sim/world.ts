import { ALL_SERVICES, type ServiceRule } from "../../lib/core/decision/service_rule.ts";
import type { SessionLimits } from "../../lib/core/session/session_limits.ts";
import type { StreamOpening } from "../../lib/core/wire/stream_opening.ts";
import type { Message, SwitchShape } from "../../lib/core/wire/message.ts";
import { tcpService } from "../opening.ts";
import { BindRate } from "./bind_rate.ts";
import { Chance } from "./chance.ts";
import { SimCnapt } from "./sim_cnapt.ts";
import { SimConnections, type SimStream, type StreamPlan } from "./sim_connections.ts";
import { ForgedLink } from "./forged_link.ts";
import { checkMemory } from "./memory_bounds.ts";
import { type ToldLine, ToldLog } from "../told_log.ts";
import { SimMachine } from "./sim_machine.ts";
import { SimNetwork } from "./sim_network.ts";
import { SimSnapt } from "./sim_snapt.ts";
import { VirtualTime } from "./virtual_time.ts";

export interface WorldSettings {
  readonly seed: number;
  /** Providers and their delay in one direction, ms; the first is used first. */
  readonly delaysMs?: Readonly<Record<string, number>>;
  readonly limits?: SessionLimits;
  /** Z, at both ends. */
  readonly switchTimeoutMs?: number;
  readonly inactivityMs?: number;
  /** Which services may go over which provider; else all. */
  readonly rules?: Readonly<Record<string, ServiceRule>>;
  /** Of several worlds that CNAPT is in at once (Multi-Site). */
  readonly time?: VirtualTime;
}

const SERVICE = "echo";
const CLIENT_SERVICE = { name: "pager", port: 4711, protocol: "tcp" } as const;
const INSTANCE = "0011223344556677";
const CREDENTIALS = { id: new Uint8Array(16).fill(1), key: new Uint8Array(32).fill(7) };
const LIMITS: SessionLimits = { ringBytes: 16 * 1024, sessionBytes: 128 * 1024, streams: 32 };
/** No run of a test needs more events; more means that the world turns in circles. */
const MAX_EVENTS = 2_000_000;
/** What a log says when one of the programs did what neither may do. */
const WRONG_EVENTS: ReadonlySet<string> = new Set([
  "protocol-violation",
  "not-our-snapt",
  "link-malformed",
]);

/**
 * CNAPT and SNAPT as they ship, applications at both ends, and a network between them that does
 * what it is told or what chance wants. Checks after every turn what must always hold.
 */
export class World {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly network: SimNetwork;
  readonly machines: { readonly cnapt: SimMachine; readonly snapt: SimMachine };
  readonly cnapt: SimCnapt;
  readonly binds = new BindRate();
  readonly limits: SessionLimits;
  readonly #settings: WorldSettings;
  readonly #log = new ToldLog((line) => this.#logged(line));
  readonly #connections: SimConnections;
  #snapt: SimSnapt;

  constructor(settings: WorldSettings) {
    this.#settings = settings;
    this.time = settings.time ?? new VirtualTime();
    this.chance = new Chance(settings.seed);
    this.limits = settings.limits ?? LIMITS;
    this.machines = { cnapt: new SimMachine(this.time), snapt: new SimMachine(this.time) };
    this.#connections = new SimConnections(this.time, this.chance);
    const delaysMs = settings.delaysMs ?? { eth: 5, wifi: 15, lte: 40 };
    this.network = new SimNetwork(this.time, this.chance, delaysMs, {
      arrived: (conn) => this.#snapt.accept(conn),
      began: (message) => this.#began(message),
      changed: () => this.time.soon(() => this.cnapt.providersChanged()),
    });
    this.#snapt = this.#startSnapt();
    this.cnapt = new SimCnapt({
      clock: this.machines.cnapt.clock,
      network: this.network,
      settings: {
        instance: INSTANCE,
        claim: "atOnce",
        limits: this.limits,
        clientServices: [CLIENT_SERVICE],
        ruleOf: (provider) => settings.rules?.[provider] ?? ALL_SERVICES,
        switchTimeoutMs: settings.switchTimeoutMs ?? 60_000,
        liveness: { heartbeatMs: 5_000, deadAfterMs: 1_000, measureMs: 1_000 },
      },
      credentials: CREDENTIALS,
      openClientApplication: () => this.#connections.openClientApplication(),
      log: this.#log,
    });
    this.time.checkAlways(() => this.#check());
    this.time.soon(() => this.cnapt.start());
  }

  /** A world with a session and one stream, or more when `plans` says so. */
  static async connected(
    plans: readonly StreamPlan[] = [{}],
    settings: Partial<WorldSettings> = {},
  ): Promise<World> {
    const world = new World({ seed: 1, ...settings });
    await world.runUntilConnected();
    for (const plan of plans) world.open(plan);
    return world;
  }

  /** By the number of the connection, which is that of the stream where SNAPT calls nobody. */
  get streams(): ReadonlyMap<number, SimStream> {
    return this.#connections.streams;
  }

  get switched(): number {
    return this.cnapt.receipts.filter((one) => one.outcome === "switched").length;
  }

  /** Whether the session is over at one end at least. */
  get hasEnded(): boolean {
    return this.cnapt.endReason !== null || this.#snapt.endReason !== null;
  }

  /** SNAPT once it has or had a session; null before that. */
  get snapt(): SimSnapt | null {
    return this.#snapt.driver === null ? null : this.#snapt;
  }

  /** SNAPT, which has or had a session. */
  get snaptNow(): SimSnapt {
    const { snapt } = this;
    if (snapt === null) throw new Error("Cannot look at SNAPT: there is no session yet");
    return snapt;
  }

  /** The connection of that number. */
  stream(connection: number): SimStream {
    const stream = this.streams.get(connection);
    if (stream === undefined) throw new Error(`Cannot look at connection ${connection}: none`);
    return stream;
  }

  /** A client application connects to the service. */
  open(plan: StreamPlan = {}): void {
    const client = this.#connections.client(plan);
    const opening: StreamOpening = {
      target: { kind: "service", name: SERVICE },
      compression: plan.compression ?? "none",
      source: client.remoteAddress,
    };
    if (this.cnapt.open(opening, client)) return;
    client.reset();
    if (this.cnapt.endReason !== null) return;
    throw new Error("Cannot open another stream: the session has too many");
  }

  /** A server application connects to a client service; nothing happens without a session. */
  call(plan: StreamPlan = {}): void {
    if (this.snapt?.endReason !== null) return;
    this.#connections.call(plan, (server) => this.#snapt.call(CLIENT_SERVICE.port, server));
  }

  switchTo(provider: string, shape: SwitchShape): void {
    this.cnapt.requestSwitch(provider, shape);
  }

  /** Somebody who knows the key, but is not our CNAPT, opens a link and says `message` on it. */
  forge(message: Message): ForgedLink {
    return new ForgedLink(this.network.connectForged(), CREDENTIALS, message, this.time.clock);
  }

  /** SNAPT's program dies: its connections go with it, and nobody says goodbye; a new one starts. */
  async crashSnapt(): Promise<void> {
    this.network.closeLinks();
    const dead = this.#snapt;
    this.#snapt = this.#startSnapt();
    await dead.stop();
  }

  /** Lets time pass. */
  async run(ms: number): Promise<void> {
    const end = this.time.after(ms, () => {});
    while (this.time.now < end.at) await this.#turn();
  }

  /** Lets time pass until `isReached`; fails when that takes longer than `withinMs`. */
  async runUntil(isReached: () => boolean, withinMs = 120_000): Promise<void> {
    const limit = this.time.now + withinMs;
    while (!isReached()) {
      await this.#turn();
      if (this.time.now > limit) throw new Error(`Cannot go on: ${this.describe()}`);
    }
  }

  async runUntilConnected(): Promise<void> {
    await this.runUntil(() => this.cnapt.session.state === "connected");
  }

  restoreAll(): void {
    for (const key of this.network.keys) {
      this.network.restore(key);
      this.network.setDialFailures(key, 0);
    }
  }

  /** Restores all providers, waits until every stream is over, and checks how each one ended. */
  async finish(withinMs = 300_000): Promise<void> {
    this.restoreAll();
    await this.runUntil(() => this.#isQuiet(), withinMs);
    try {
      this.#connections.checkEndings(this.hasEnded);
    } catch (cause) {
      throw new Error(this.#log.tail, { cause });
    }
  }

  describe(): string {
    const other = this.#snapt.driver?.session;
    const streams = [...this.cnapt.session.streams.values()].map((stream) => {
      const there = other?.streams.get(stream.id);
      return `${stream.id}: ${stream.link.kind} sent ${stream.ring.sent} of ${stream.ring.end}, ` +
        `acked ${stream.ring.acked}, taken ${stream.cursor.taken}, delivered ${stream.cursor.delivered}, ` +
        `final ${stream.cursor.final} | ${
          there === undefined ? "gone" : `${there.link.kind} sent ${there.ring.sent} of ` +
            `${there.ring.end}, acked ${there.ring.acked}, taken ${there.cursor.taken}, ` +
            `delivered ${there.cursor.delivered}, final ${there.cursor.final}`
        }`;
    });
    return `at ${this.time.now} ms after ${this.time.events} events CNAPT is ` +
      `${this.cnapt.session.state} in ${this.cnapt.session.epoch}, SNAPT ` +
      `${other?.state} in ${other?.epoch}; ${streams.join("; ")}\n${this.#log.tail}`;
  }

  async #turn(): Promise<void> {
    if (!await this.time.turn()) {
      throw new Error(`Cannot go on: nothing will happen; ${this.describe()}`);
    }
    if (this.time.events > MAX_EVENTS) throw new Error(`Cannot end: ${this.describe()}`);
  }

  #isQuiet(): boolean {
    const { cnapt, snapt } = this;
    if (cnapt.session.streams.size > 0) return false;
    if (snapt === null || snapt.endReason !== null) return cnapt.endReason !== null;
    if (snapt.session.streams.size > 0 || snapt.session.pendingCalls > 0) return false;
    return cnapt.session.state === "connected" && snapt.session.state === "connected";
  }

  #startSnapt(): SimSnapt {
    return new SimSnapt({
      clock: this.machines.snapt.clock,
      settings: {
        site: "home",
        limits: this.limits,
        sessions: 4,
        parkedPerClient: 256,
        pending: { pendingPerSource: 1_000, pending: 1_000, failuresPerSecond: 1_000 },
        handshakeMs: 10_000,
        switchTimeoutMs: this.#settings.switchTimeoutMs ?? 60_000,
        inactivityMs: this.#settings.inactivityMs ?? 3_600_000,
      },
      key: CREDENTIALS.key,
      services: [tcpService(SERVICE, 7)],
      openService: (opening) => this.#connections.openService(opening),
      callTurnedAway: () => this.#connections.callTurnedAway(),
      log: this.#log,
    });
  }

  #began(message: Message): void {
    if (message.kind !== "bind") return;
    try {
      this.binds.bound(message.stream, this.time.now);
    } catch (cause) {
      this.time.fail(new Error(this.describe(), { cause }));
    }
  }

  /** Neither program may make a mistake, nor take the other for one that does. */
  #logged({ level, event, fields }: ToldLine): void {
    if (level !== "error" && !WRONG_EVENTS.has(event)) return;
    this.time.fail(new Error(`${event} ${JSON.stringify(fields)}\n${this.describe()}`));
  }

  #check(): void {
    checkMemory(this.cnapt.session, this.limits);
    const { driver } = this.#snapt;
    if (driver !== null) checkMemory(driver.session, this.limits);
  }
}
