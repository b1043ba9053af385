import { DEFAULT_DATAGRAM_TERMS } from "../../../lib/core/wire/datagram_messages.ts";
import { ALL_SERVICES } from "../../../lib/core/decision/service_rule.ts";
import type { SessionLimits } from "../../../lib/core/session/session_limits.ts";
import { MemoryBudget } from "../../../lib/core/stream/memory_budget.ts";
import { COMPRESSIONS, type StreamOpening } from "../../../lib/core/wire/stream_opening.ts";
import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import type { dial } from "../../../lib/net/dial.ts";
import { endpointOf } from "../../../lib/net/endpoint.ts";
import { UdpEmulator } from "../../../lib/relay/emulator/udp_emulator.ts";
import { NO_CONNECTOR } from "../../../lib/relay/network/connector.ts";
import { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import { CnaptSite } from "../../../lib/relay/site/cnapt_site.ts";
import { SwitchImpossible } from "../../../lib/relay/site/switch_impossible.ts";
import type { Chance } from "../../sim/chance.ts";
import { SimListener } from "../../sim/sim_listener.ts";
import type { VirtualTime } from "../../sim/virtual_time.ts";
import type { ToldLog } from "../../told_log.ts";
import { HostileApplication } from "./hostile_application.ts";
import { checkBounds } from "./session_bounds.ts";

export const HONEST_SITE = "honest";
export const ATTACKED_SITE = "attacked";
export const PATIENCE_MS = 20_000;
const CREDENTIALS_ID = new Uint8Array(16).fill(1);
const LOCALHOST = { host: "127.0.0.1", port: 0 };
/** The providers: addresses of the loopback, for the sockets that datagrams need. */
const PROVIDERS = ["127.0.0.2", "127.0.0.3"].map((address, index) => ({
  key: index === 0 ? "eth" : "wifi",
  via: { kind: "address", address } as const,
}));

export interface AttackedCnaptContext {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly limits: SessionLimits;
  readonly key: Uint8Array;
  /** Connects to the SNAPT of that site. */
  readonly dial: (site: string) => typeof dial;
  /** A UDP port at which nobody speaks the protocol. */
  readonly datagramPort: number;
  readonly log: ToldLog;
}

/** A CNAPT as it ships with two sites: the SNAPT of one is hostile, that of the other is not. */
export class AttackedCnapt {
  readonly attacked: CnaptSite;
  readonly honest: CnaptSite;
  readonly #context: AttackedCnaptContext;
  readonly #tasks: TaskGroup;
  readonly #budget = new MemoryBudget(1e9);
  readonly #applications = new Set<HostileApplication>();
  readonly #direct = new Map<string, SimListener>();
  readonly #emulator: UdpEmulator;
  #lastPort = 1_024;

  constructor(context: AttackedCnaptContext) {
    this.#context = context;
    this.#tasks = TaskGroup.root(context.time.clock, context.log, "cnapt");
    this.attacked = this.#site(ATTACKED_SITE);
    this.honest = this.#site(HONEST_SITE);
    this.#emulator = new UdpEmulator("echo-udp", LOCALHOST, this.attacked.flows);
  }

  start(): void {
    this.attacked.start();
    this.honest.start();
  }

  /** Where client applications find the UDP service of the attacked site. */
  get datagramPort(): number {
    return this.#emulator.port;
  }

  get memoryBytes(): number {
    return this.#budget.usedBytes;
  }

  /** What applications and people do with the attacked site: one thing of it. */
  disturb(): void {
    const { chance } = this.#context;
    const dice = chance.between(0, 99);
    const other = PROVIDERS.find(({ key }) => key !== this.attacked.provider) ?? PROVIDERS[0];
    if (other === undefined) return;
    if (dice < 55) this.#open();
    else if (dice < 70) this.#switchTo(other.key);
    else if (dice < 74) this.attacked.providerLost(this.attacked.provider, "pulled");
    else if (dice < 78) this.attacked.providersChanged();
    else if (dice < 82) this.attacked.networkStirred(this.attacked.provider);
    else if (dice < 92) {
      const { standby } = this.attacked;
      this.#tasks.run("probe", () => standby.probe(other, 2, 2_000, this.#tasks.signal));
    }
  }

  /** Connects to where the attacked site waits for links that SNAPT dials. */
  listenerAt(host: string, port: number): SimListener | null {
    const listener = this.#direct.get(`${host}:${port}`);
    return listener?.isOpen === true ? listener : null;
  }

  /** What the attacked site still has of applications. */
  get remains(): readonly string[] {
    const open = [...this.#applications].filter(({ conn }) => !conn.isClosed);
    const listeners = [...this.#direct.values()].filter(({ isOpen }) => isOpen);
    return [
      ...open.map(({ conn }) => `application ${conn.remoteAddress}`),
      ...listeners.map(({ name }) => `port ${name}`),
    ];
  }

  /** Throws when a session holds more than it may. */
  check(): void {
    for (const { driver } of [this.attacked, this.honest]) {
      if (driver !== null) checkBounds(driver.session, this.#context.limits);
    }
  }

  /** Resolves when nothing of the program runs any more. */
  async stop(): Promise<void> {
    await this.#emulator.close();
    await Promise.all([this.attacked.stop(), this.honest.stop()]);
    this.#tasks.close();
    await this.#tasks.done();
  }

  #site(name: string): CnaptSite {
    const { key, limits, dial, datagramPort, log } = this.#context;
    const isAttacked = name === ATTACKED_SITE;
    const offers = [
      { name: "pager", port: 4_711, protocol: "tcp" },
      { name: "direct", port: 4_712, protocol: "tcp" },
      { name: "clock", port: 4_713, protocol: "udp", ...DEFAULT_DATAGRAM_TERMS },
    ] as const;
    return new CnaptSite({
      settings: {
        name,
        flows: 16,
        endpoint: {
          ...{ host: "127.0.0.1", port: datagramPort, tls: null },
          credentials: { id: CREDENTIALS_ID, key },
        },
        session: {
          limits,
          liveness: { heartbeatMs: 5_000, deadAfterMs: 1_500 },
          switchTimeoutMs: PATIENCE_MS,
          ruleOf: () => ALL_SERVICES,
          clientServices: isAttacked ? offers : [],
        },
        clientApplications: {
          direct: isAttacked
            ? {
              services: new Set(["direct"]),
              certificate: new Uint8Array(0),
              listen: (_provider, host) => this.#listen(host),
            }
            : null,
          openClientApplication: () => this.#openApplication(),
          findClientApplication: async () => ({
            server: await this.#findApplication(),
            answersFrom: "anyPort",
          }),
        },
      },
      providers: {
        find: (wanted) => PROVIDERS.find((one) => one.key === wanted) ?? null,
        candidates: () => PROVIDERS,
      },
      budget: this.#budget,
      events: { placesTold: () => {}, servicesAnnounced: () => {}, switchEnded: () => {} },
      connector: NO_CONNECTOR,
      dial: dial(name),
      resolve: () => Promise.resolve([{ address: "192.0.2.1", family: 4 }]),
      tasks: this.#tasks,
      log,
    });
  }

  #listen(host: string): SimListener {
    const listener = new SimListener(host, ++this.#lastPort);
    this.#direct.set(listener.name, listener);
    for (const [name, { isOpen }] of this.#direct) if (!isOpen) this.#direct.delete(name);
    return listener;
  }

  #open(): void {
    const { chance } = this.#context;
    if (this.#applications.size > 40) this.#forgetClosed();
    const opening: StreamOpening = {
      target: chance.isHit(0.7)
        ? { kind: "service", name: "echo" }
        : { kind: "destination", host: "x.test", port: 7 },
      compression: chance.isHit(0.7) ? "none" : chance.pick(COMPRESSIONS),
      source: "127.0.0.1:5000",
    };
    const { conn } = this.#application();
    if (chance.isHit(0.7)) return this.attacked.open(opening, conn);
    this.attacked.openFor(opening, {
      application: conn,
      opened: () => Promise.resolve(conn),
      failed: () => conn.reset(),
    });
  }

  #switchTo(provider: string): void {
    const { chance } = this.#context;
    const shape = chance.pick(["overlapped", "strict"] as const);
    this.#tasks.run("switch", async () => {
      try {
        const wanted = { to: provider, shape, reason: "test" };
        await this.attacked.switchTo(wanted, this.#tasks.signal);
      } catch (error) {
        if (!(error instanceof SwitchImpossible)) throw error;
      }
    });
  }

  async #openApplication(): Promise<ByteConn> {
    await this.#soon();
    if (this.#context.chance.isHit(0.1)) throw new ConnFailed("refused", "Cannot connect: nobody");
    return this.#application().conn;
  }

  async #findApplication() {
    await this.#soon();
    if (this.#context.chance.isHit(0.2)) throw new ConnFailed("nameUnknown", "Cannot find: none");
    return endpointOf("127.0.0.1", this.#context.datagramPort);
  }

  async #soon(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#context.time.after(this.#context.chance.between(0, 30), resolve);
    await promise;
  }

  #application(): HostileApplication {
    const { time, chance } = this.#context;
    const source = `198.51.100.9:${++this.#lastPort}`;
    const application = new HostileApplication(time, chance, source).start(this.#tasks);
    this.#applications.add(application);
    return application;
  }

  #forgetClosed(): void {
    for (const one of this.#applications) if (one.conn.isClosed) this.#applications.delete(one);
  }
}
