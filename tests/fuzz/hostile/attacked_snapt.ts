import type { ServerPlace } from "../../../lib/relay/datagram/server_port.ts";
import { parseSourceRange } from "../../../lib/core/access/source_list.ts";
import { parseDestinationRule } from "../../../lib/core/access/destination_rule.ts";
import type { SessionLimits } from "../../../lib/core/session/session_limits.ts";
import { MemoryBudget } from "../../../lib/core/stream/memory_budget.ts";
import type { StreamOpening } from "../../../lib/core/wire/stream_opening.ts";
import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { endpointOf } from "../../../lib/net/endpoint.ts";
import { type ListenAddress, ListenFailed } from "../../../lib/net/listen.ts";
import type { AdmittedClient } from "../../../lib/relay/access/admitted_client.ts";
import { NoVirtualAddress } from "../../../lib/relay/access/client_service_policy.ts";
import { SnaptDatagrams } from "../../../lib/relay/datagram/snapt_datagrams.ts";
import { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import { SnaptServer } from "../../../lib/relay/server/snapt_server.ts";
import { tcpService, udpService } from "../../opening.ts";
import type { Chance } from "../../sim/chance.ts";
import type { SimConn } from "../../sim/sim_conn.ts";
import { SimListener } from "../../sim/sim_listener.ts";
import type { ToldLog } from "../../told_log.ts";
import type { VirtualTime } from "../../sim/virtual_time.ts";
import { HostileApplication } from "./hostile_application.ts";
import { HONEST_ID } from "./honest_client.ts";
import { checkBounds } from "./session_bounds.ts";

export const KEY = new Uint8Array(32).fill(7);
/** How long a session outlives its links, and a silent one at all, ms. */
export const PATIENCE_MS = 20_000;
const HONEST = HONEST_ID.toHex();

export interface AttackedSnaptContext {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly limits: SessionLimits;
  /** What the streams of the honest client lead to. */
  readonly openHonest: (opening: StreamOpening) => Promise<ByteConn>;
  /** The port of an application that uses UDP. */
  readonly datagramPort: number;
  readonly log: ToldLog;
}

/** SNAPT's server as it ships, which an honest client and hostile ones use at the same time. */
export class AttackedSnapt {
  readonly #context: AttackedSnaptContext;
  readonly #tasks: TaskGroup;
  readonly #server: SnaptServer;
  readonly #listener = new SimListener("192.0.2.1", 7_787);
  /** The server sockets of client services, by address and port. */
  readonly #ports = new Map<string, SimListener>();
  readonly #applications = new Set<HostileApplication>();

  constructor(context: AttackedSnaptContext) {
    this.#context = context;
    const { time, limits, log } = context;
    this.#tasks = TaskGroup.root(time.clock, log, "snapt");
    const datagrams = new SnaptDatagrams([{ host: "127.0.0.1", port: 0 }], {
      protection: "signed",
      flows: 24,
      findServer: (target) => this.#findServer(target.kind),
      tasks: this.#tasks,
    });
    this.#server = new SnaptServer({
      places: () => [],
      settings: {
        site: "home",
        limits,
        sessions: 64,
        parkedPerClient: 16,
        pending: { pendingPerSource: 1_000, pending: 1_000, failuresPerSecond: 1_000 },
        handshakeMs: 10_000,
        switchTimeoutMs: PATIENCE_MS,
        inactivityMs: PATIENCE_MS,
      },
      budget: new MemoryBudget(1e9),
      admit: (idHex) => Promise.resolve({ kind: "known", key: KEY, client: this.#client(idHex) }),
      pairing: null,
      openService: (opening, client) =>
        client.name === "honest" ? context.openHonest(opening) : this.#openHostile(opening),
      datagrams: () => datagrams,
      pathReported: () => {},
      tasks: this.#tasks,
      log,
    });
  }

  start(): void {
    this.#server.serve(this.#listener);
  }

  accept(conn: SimConn): void {
    this.#listener.give(conn);
  }

  /** Server applications call at all client services there are. */
  callAll(): void {
    for (const [name, listener] of this.#ports) {
      if (listener.isOpen) listener.give(this.#application("192.0.2.77:1").conn);
      else this.#ports.delete(name);
    }
  }

  /** Sessions and applications of clients that are not the honest one. */
  get hostileRemains(): readonly string[] {
    const sessions = [...this.#server.sessions.keys()].filter((idHex) => idHex !== HONEST);
    const open = [...this.#applications].filter(({ conn }) => !conn.isClosed);
    const ports = [...this.#ports.values()].filter((listener) => listener.isOpen);
    return [
      ...sessions.map((idHex) => `session of ${idHex}`),
      ...open.map(({ conn }) => `application of ${conn.remoteAddress}`),
      ...ports.map(({ name }) => `port ${name}`),
    ];
  }

  /** How many streams SNAPT has for the honest client. */
  get honestStreams(): number {
    return this.#server.sessions.get(HONEST)?.driver.session.streams.size ?? 0;
  }

  /** Throws when a session holds more than it may. */
  check(): void {
    for (const { driver } of this.#server.sessions.values()) {
      checkBounds(driver.session, this.#context.limits);
    }
    const told = [...this.#server.sessions.values()].flatMap(({ driver }) =>
      driver.clientServices.map(({ address }) => address)
    );
    for (const { isOpen, name } of this.#ports.values()) {
      if (isOpen && !told.includes(name)) throw new Error(`${name} is open, and nobody offers it`);
    }
  }

  /** Bytes of rings that are left when no session is. */
  get memoryBytes(): number {
    return this.#server.memoryBytes;
  }

  /** Resolves when nothing of the program runs any more. */
  async stop(): Promise<void> {
    await this.#server.stop();
    this.#tasks.close();
    await this.#tasks.done();
  }

  #client(idHex: string): AdmittedClient {
    const isHonest = idHex === HONEST;
    return {
      name: isHonest ? "honest" : "hostile",
      services: [tcpService("echo", 7), udpService("echo-udp", 7)],
      clientServices: {
        refusalOf: ({ name }) => name === "clock" ? "it may not offer it" : null,
        address: () => this.#address(idHex),
        rules: [],
        mayUseDatagrams: false,
        allow: [parseSourceRange("0.0.0.0/0")],
        listen: (at) => this.#listen(at),
      },
      datagrams: isHonest
        ? []
        : [{ name: "echo-udp", holdMs: 500, idleMs: 5_000, holdOrder: "newest" }],
      destinations: isHonest ? [] : [parseDestinationRule("x.test:7")],
      isSourceTrusted: isHonest, // by it the application is found
      refusalOfDial: () => null,
    };
  }

  async #address(idHex: string): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#context.time.after(this.#context.chance.between(0, 30), resolve);
    await promise;
    if (this.#context.chance.isHit(0.1)) throw new NoVirtualAddress("no address is free");
    return `127.${Number.parseInt(idHex.slice(0, 2), 16)}.0.1`;
  }

  #listen({ host, port }: ListenAddress): SimListener {
    const listener = new SimListener(host, port);
    if (this.#ports.get(listener.name)?.isOpen) {
      throw new ListenFailed("taken", `Cannot listen on ${listener.name}: the port is taken`);
    }
    this.#ports.set(listener.name, listener);
    return listener;
  }

  async #openHostile({ source }: StreamOpening): Promise<ByteConn> {
    const { time, chance } = this.#context;
    const { promise, resolve } = Promise.withResolvers<void>();
    time.after(chance.between(0, 40), resolve);
    await promise;
    if (chance.isHit(0.1)) throw new ConnFailed("refused", "Cannot connect: nobody there");
    return this.#application(source).conn;
  }

  #application(source: string): HostileApplication {
    const { time, chance } = this.#context;
    const application = new HostileApplication(time, chance, source).start(this.#tasks);
    for (const one of this.#applications) if (one.conn.isClosed) this.#applications.delete(one);
    this.#applications.add(application);
    return application;
  }

  async #findServer(kind: string): Promise<ServerPlace> {
    if (kind !== "service") throw new ConnFailed("nameUnknown", "Cannot find: no such name");
    await null;
    const server = endpointOf("127.0.0.1", this.#context.datagramPort);
    return { server, answersFrom: "anyPort" };
  }
}
