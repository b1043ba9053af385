import { ALL_SERVICES, type ServiceRule } from "../../lib/core/decision/service_rule.ts";
import type { CnaptSessionSettings } from "../../lib/core/session/cnapt_session_settings.ts";
import { MemoryBudget } from "../../lib/core/stream/memory_budget.ts";
import { RING_INITIAL_BYTES } from "../../lib/core/stream/send_ring.ts";
import type { SessionLimits } from "../../lib/core/session/session_limits.ts";
import type { SwitchShape } from "../../lib/core/wire/message.ts";
import { Chance } from "./chance.ts";
import { type ApplicationPlan, QUICK_PLAN, SimApplication } from "./sim_application.ts";
import { SimCnapt } from "./sim_cnapt.ts";
import type { SimLink } from "./sim_link.ts";
import { SimNetwork } from "./sim_network.ts";
import { SimSnapt } from "./sim_snapt.ts";
import { VirtualTime } from "./virtual_time.ts";
import { tcpService } from "../opening.ts";

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

/** One relayed connection: the plans of its two applications. */
export interface StreamPlan {
  readonly client?: Partial<ApplicationPlan>;
  readonly server?: Partial<ApplicationPlan>;
  /** Nobody listens at the service. */
  readonly isUnreachable?: boolean;
}

/** A relayed connection and what has become of it. */
export interface SimStream {
  readonly client: SimApplication;
  server: SimApplication | null;
  readonly plan: StreamPlan;
}

const SERVICE = "echo";
const CLIENT_SERVICE = "pager";
const INSTANCE = "0011223344556677";
const LIMITS: SessionLimits = { ringBytes: 16 * 1024, sessionBytes: 128 * 1024, streams: 32 };
/** No run of a test needs more events; more means that the world turns in circles. */
const MAX_EVENTS = 2_000_000;

/**
 * CNAPT's and SNAPT's cores, applications at both ends, and a network between them that does
 * what it is told or what chance wants. Checks after every step what must always hold.
 */
export class World {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly network: SimNetwork;
  readonly cnapt: SimCnapt;
  readonly streams = new Map<number, SimStream>();
  /** What server applications that called want, by the number of their call. */
  readonly #calls = new Map<number, StreamPlan>();
  readonly limits: SessionLimits;
  snapt: SimSnapt | null = null;
  readonly #settings: WorldSettings;

  constructor(settings: WorldSettings) {
    this.#settings = settings;
    this.time = settings.time ?? new VirtualTime();
    this.chance = new Chance(settings.seed);
    this.limits = settings.limits ?? LIMITS;
    const delaysMs = settings.delaysMs ?? { eth: 5, wifi: 15, lte: 40 };
    this.network = new SimNetwork(this.time, this.chance, delaysMs);
    this.network.accept = (link) => this.#accept(link);
    const cnaptSettings: CnaptSessionSettings = {
      instance: INSTANCE,
      limits: this.limits,
      clientServices: [],
      ruleOf: (provider) => settings.rules?.[provider] ?? ALL_SERVICES,
      switchTimeoutMs: settings.switchTimeoutMs ?? 60_000,
      liveness: { heartbeatMs: 5_000, deadAfterMs: 1_000 },
    };
    this.cnapt = new SimCnapt(cnaptSettings, this.network, new MemoryBudget(1e9), {
      time: this.time,
      chance: this.chance,
      inspect: () => this.#inspect(this.cnapt),
    });
    this.cnapt.called = (call, service) => this.#called(call, service);
    this.cnapt.start();
  }

  /** A world with a session and one stream, or more when `plans` says so. */
  static connected(
    plans: readonly StreamPlan[] = [{}],
    settings: Partial<WorldSettings> = {},
  ): World {
    const world = new World({ seed: 1, ...settings });
    world.runUntilConnected();
    for (const plan of plans) world.open(plan);
    return world;
  }

  get switched(): number {
    return this.cnapt.receipts.filter((one) => one.outcome === "switched").length;
  }

  /** Whether the session is over at one end at least. */
  get hasEnded(): boolean {
    return this.cnapt.endReason !== null || (this.snapt?.endReason ?? null) !== null;
  }

  /** SNAPT's shell, which is there once the session is. */
  get snaptNow(): SimSnapt {
    if (this.snapt === null) throw new Error("Cannot look at SNAPT: there is no session yet");
    return this.snapt;
  }

  /** The stream of that number. */
  stream(id: number): SimStream {
    const stream = this.streams.get(id);
    if (stream === undefined) throw new Error(`Cannot look at stream ${id}: it was never opened`);
    return stream;
  }

  open(plan: StreamPlan = {}): void {
    const own = { ...QUICK_PLAN, ...plan.client };
    const other = { ...QUICK_PLAN, ...plan.server };
    this.cnapt.open(SERVICE, (id) => {
      const client = new SimApplication("client", id, { own, other }, this.time, this.chance);
      this.streams.set(id, { client, server: null, plan });
      return client;
    });
  }

  /** A server application connects to a client service; nothing happens without a session. */
  call(plan: StreamPlan = {}): void {
    if (this.snapt === null || this.snapt.endReason !== null) return;
    // Numbers of calls begin anew with each session.
    const call = this.snapt.call(CLIENT_SERVICE);
    if (call !== null) this.#calls.set(call, plan);
  }

  switchTo(provider: string, shape: SwitchShape): void {
    this.cnapt.requestSwitch(provider, shape);
  }

  /** Lets time pass. */
  run(ms: number): void {
    const end = this.time.after(ms, () => {});
    while (this.time.now < end.at) this.#step();
  }

  /** Lets time pass until `isReached`; fails when that takes longer than `withinMs`. */
  runUntil(isReached: () => boolean, withinMs = 120_000): void {
    const limit = this.time.now + withinMs;
    while (!isReached()) {
      this.#step();
      if (this.time.now > limit) throw new Error(`Cannot go on: ${this.describe()}`);
    }
  }

  runUntilConnected(): void {
    this.runUntil(() => this.cnapt.session.state === "connected");
  }

  restoreAll(): void {
    for (const key of this.network.keys) {
      this.network.restore(key);
      this.network.setDialFailures(key, 0);
    }
  }

  /** Restores all providers, waits until every stream is over, and checks how each one ended. */
  finish(withinMs = 300_000): void {
    this.restoreAll();
    this.runUntil(() => this.#isQuiet(), withinMs);
    for (const [id, stream] of this.streams) this.#checkEnding(id, stream);
  }

  describe(): string {
    const streams = [...this.cnapt.session.streams.values()].map((stream) => {
      const other = this.snapt?.session.streams.get(stream.id);
      return `${stream.id}: ${stream.link.kind} sent ${stream.ring.sent} of ${stream.ring.end}, ` +
        `acked ${stream.ring.acked}, taken ${stream.cursor.taken}, delivered ${stream.cursor.delivered}, ` +
        `final ${stream.cursor.final} | ${
          other === undefined ? "gone" : `${other.link.kind} sent ${other.ring.sent} of ` +
            `${other.ring.end}, acked ${other.ring.acked}, taken ${other.cursor.taken}, ` +
            `delivered ${other.cursor.delivered}, final ${other.cursor.final}`
        }`;
    });
    return `at ${this.time.now} ms after ${this.time.events} events CNAPT is ` +
      `${this.cnapt.session.state} in ${this.cnapt.session.epoch}, SNAPT ` +
      `${this.snapt?.session.state} in ${this.snapt?.session.epoch}; ${streams.join("; ")}`;
  }

  #step(): void {
    if (!this.time.step()) throw new Error(`Cannot go on: nothing will happen; ${this.describe()}`);
    if (this.time.events > MAX_EVENTS) throw new Error(`Cannot end: ${this.describe()}`);
  }

  #isQuiet(): boolean {
    const { cnapt, snapt } = this;
    if (cnapt.session.streams.size > 0) return false;
    if (snapt === null || snapt.endReason !== null) return cnapt.endReason !== null;
    if (snapt.session.streams.size > 0 || snapt.session.pendingCalls > 0) return false;
    return cnapt.session.state === "connected" && snapt.session.state === "connected";
  }

  #accept(link: SimLink): void {
    link.firstMessage((first) => {
      switch (first?.kind) {
        case undefined:
          return link.close();
        case "connect":
          return this.#connect(link, first.instance);
        case "bind":
        case "switchStep2":
        case "switchUnexpected":
          if (this.snapt !== null && this.snapt.endReason === null) {
            return this.snapt.takeFirst(link, first);
          }
          link.send({ kind: "refused", code: "unknownSession", sentence: "no such session" });
          return link.closeGently(1_000);
        default:
          throw new Error(`Cannot accept link ${link.id}: it begins with ${first?.kind}`);
      }
    });
  }

  #connect(link: SimLink, instance: string): void {
    this.snapt?.end();
    const settings = {
      instance,
      site: "home",
      services: [tcpService(SERVICE, 7)],
      destinations: "none" as const,
      datagrams: null,
      limits: this.limits,
      switchTimeoutMs: this.#settings.switchTimeoutMs ?? 60_000,
      inactivityMs: this.#settings.inactivityMs ?? 3_600_000,
    };
    const snapt: SimSnapt = new SimSnapt(
      settings,
      link,
      new MemoryBudget(1e9),
      (id, take) => this.#openService(id, take),
      { time: this.time, chance: this.chance, inspect: () => this.#inspect(this.snapt) },
    );
    this.snapt = snapt;
  }

  /** CNAPT has heard of a call: it connects to its client application, or cannot. */
  #called(call: number, service: string): void {
    const plan = this.#calls.get(call);
    if (plan === undefined) throw new Error(`Cannot answer call ${call}: nobody called`);
    this.#calls.delete(call);
    this.time.after(this.chance.between(0, 20), () => {
      if (this.cnapt.endReason !== null) return;
      if (plan.isUnreachable === true) return this.cnapt.refuseCall(call);
      const own = { ...QUICK_PLAN, ...plan.client };
      const other = { ...QUICK_PLAN, ...plan.server };
      const isAnswered = this.cnapt.answer(call, service, (id) => {
        const client = new SimApplication("client", id, { own, other }, this.time, this.chance);
        this.streams.set(id, { client, server: null, plan });
        return client;
      });
      if (!isAnswered) this.cnapt.refuseCall(call);
    });
  }

  #openService(id: number, take: (application: SimApplication | null) => void): void {
    const stream = this.streams.get(id);
    if (stream === undefined) throw new Error(`Cannot open stream ${id}: nobody asked for it`);
    if (stream.server !== null) throw new Error(`Cannot open stream ${id}: it was opened before`);
    this.time.after(this.chance.between(0, 20), () => {
      if (stream.plan.isUnreachable === true) return take(null);
      const own = { ...QUICK_PLAN, ...stream.plan.server };
      const other = { ...QUICK_PLAN, ...stream.plan.client };
      stream.server = new SimApplication("server", id, { own, other }, this.time, this.chance);
      take(stream.server);
    });
  }

  #inspect(shell: SimCnapt | SimSnapt | null): void {
    if (shell === null || shell === undefined) return;
    const { session } = shell;
    const most = this.limits.sessionBytes + session.streams.size * RING_INITIAL_BYTES;
    if (session.memoryBytes > most) {
      throw new Error(`A session holds ${session.memoryBytes} bytes, more than ${most}`);
    }
    let sum = 0;
    for (const { ring, id } of session.streams.values()) {
      sum += ring.capacity;
      if (ring.capacity > this.limits.ringBytes) {
        throw new Error(`The ring of stream ${id} holds ${ring.capacity} bytes`);
      }
    }
    if (sum !== session.memoryBytes) {
      throw new Error(`A session counts ${session.memoryBytes} bytes, but its rings have ${sum}`);
    }
    for (const [id, pump] of shell.pumps) {
      if (pump.heldPieces > 1) throw new Error(`Stream ${id} holds ${pump.heldPieces} pieces`);
    }
    if (shell.pumps.size > session.streams.size) {
      throw new Error(`${shell.pumps.size} pumps run for ${session.streams.size} streams`);
    }
  }

  #checkEnding(id: number, stream: SimStream): void {
    const { client, server, plan } = stream;
    const isWanted = client.ending === "resetByItself" || server?.ending === "resetByItself" ||
      plan.isUnreachable === true || this.hasEnded;
    if (isWanted) {
      const isOpen = client.ending === "open" || server?.ending === "open";
      if (isOpen) throw new Error(`Stream ${id} is over, but an application was not told`);
      return;
    }
    if (client.ending !== "closed" || server?.ending !== "closed") {
      const codes = `${this.cnapt.resets.get(id)}, ${this.snapt?.resets.get(id)}`;
      throw new Error(
        `Stream ${id} ended ${client.ending} and ${server?.ending} (${codes}), not closed`,
      );
    }
  }
}
