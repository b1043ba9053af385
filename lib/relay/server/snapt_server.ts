import { unreachable } from "../../core/exhaustive.ts";
import { MemoryBudget } from "../../core/stream/memory_budget.ts";
import type { SessionLimits } from "../../core/session/session_limits.ts";
import type { Connect, Message } from "../../core/wire/message.ts";
import { isFirstMessage } from "../../core/wire/first_message.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { hostOf } from "../../net/socket_address.ts";
import type { ByteListener } from "../../net/listen.ts";
import type { AdmittedClient, OpenServerService } from "../access/admitted_client.ts";
import { DirectDialer } from "../link/direct/direct_dialer.ts";
import { Link } from "../link/link.ts";
import { type Admission, authenticateCnapt, type Authenticated } from "../link/link_auth.ts";
import { CompressionTotals } from "../stream/compression/compression_totals.ts";
import { type UnprovenLimits, UnprovenLinks } from "../access/unproven_links.ts";
import type { Timer } from "../run/clock.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { RelayLog } from "../run/relay_log.ts";
import { SnaptDriver } from "../session/snapt_driver.ts";
import { noSnaptCounts } from "./snapt_counters.ts";
import type { PathReport } from "../../core/wire/path_report.ts";
import type { SnaptDatagrams } from "../datagram/snapt_datagrams.ts";

const SWEEP_MS = 10_000;
/** A refusal gets that long to reach the peer. */
const REFUSAL_FLUSH_MS = 1_000;

export interface SnaptServerSettings {
  readonly site: string;
  readonly limits: SessionLimits;
  readonly sessions: number;
  readonly parkedPerClient: number;
  readonly pending: UnprovenLimits;
  readonly handshakeMs: number;
  readonly switchTimeoutMs: number;
  readonly inactivityMs: number;
}

/** What SNAPT's server works with. */
export interface SnaptServerContext {
  readonly settings: SnaptServerSettings;
  readonly budget: MemoryBudget;
  readonly admit: (idHex: string) => Promise<Admission<AdmittedClient>>;
  readonly openService: OpenServerService;
  /** The socket for UDP; null where there is none. */
  readonly datagrams: SnaptDatagrams | null;
  /** A CNAPT told what became of its path. */
  readonly pathReported: (client: string, from: SnaptDriver, report: PathReport) => void;
  /** Owns everything that runs by itself in the program. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/**
 * Accepts links, lets those in that prove a key, and hands each to the session it belongs to.
 * Until then a connection costs a bounded amount of memory and time, and nothing of a session.
 */
export class SnaptServer {
  readonly counters = noSnaptCounts();
  /** What packing did for each service since the start. */
  readonly packing = new CompressionTotals();
  readonly #settings: SnaptServerSettings;
  readonly #context: SnaptServerContext;
  readonly #tasks: TaskGroup;
  readonly #log: RelayLog;
  readonly #unproven: UnprovenLinks;
  readonly #sessions = new Map<string, { driver: SnaptDriver; client: AdmittedClient }>();
  readonly #parked = new Map<string, Set<Link>>();
  #accepting: Promise<void> = Promise.resolve();
  #listener: ByteListener | null = null;
  #sweeper: Timer | null = null;

  constructor(context: SnaptServerContext) {
    this.#context = context;
    this.#settings = context.settings;
    this.#log = context.log;
    this.#tasks = context.tasks.child("server", "keepGoing");
    this.#unproven = new UnprovenLinks(context.settings.pending);
  }

  get sessions(): ReadonlyMap<string, { driver: SnaptDriver; client: AdmittedClient }> {
    return this.#sessions;
  }
  get memoryBytes(): number {
    return this.#context.budget.usedBytes;
  }
  parkedCount(idHex: string): number {
    return this.#parked.get(idHex)?.size ?? 0;
  }

  /** Serves what `listener` accepts until `stop`. */
  serve(listener: ByteListener): void {
    this.#listener = listener;
    this.#sweeper = this.#tasks.every(SWEEP_MS, () => this.#unproven.sweep(this.#tasks.now()));
    this.#accepting = this.#accept(listener);
  }

  /** Ends the session of a CNAPT at once (revoked); false when it had none. */
  endSession(idHex: string): boolean {
    for (const link of this.#parked.get(idHex) ?? []) link.close();
    const session = this.#sessions.get(idHex);
    session?.driver.end();
    return session !== undefined;
  }

  async stop(): Promise<void> {
    this.#listener?.close();
    this.#sweeper?.cancel();
    for (const { driver } of [...this.#sessions.values()]) driver.end();
    for (const links of this.#parked.values()) for (const link of links) link.close();
    this.#unproven.evictAll();
    await this.#accepting;
    await this.#context.datagrams?.close();
    this.#tasks.close();
  }

  async #accept(listener: ByteListener): Promise<void> {
    for (;;) {
      const conn = await listener.accept();
      if (conn === null) return;
      this.counters.accepted += 1;
      const source = hostOf(conn.remoteAddress);
      if (this.#unproven.isBlocked(source, this.#tasks.now())) {
        this.counters.turnedAway += 1;
        this.#log.debug("turned-away", { from: conn.remoteAddress, reason: "failed too often" });
        conn.close();
        continue;
      }
      this.#tasks.run("admit link", () => this.#admitLink(conn, source));
    }
  }

  async #admitLink(conn: ByteConn, source: string): Promise<void> {
    let end: "none" | "overdue" | "evicted" = "none";
    const giveUp = (why: "overdue" | "evicted") => {
      end = why;
      conn.close();
    };
    const timer = this.#tasks.timer(this.#settings.handshakeMs, () => giveUp("overdue"));
    const leave = this.#unproven.add(source, () => giveUp("evicted"));
    try {
      await conn.handshake?.();
      const known = await authenticateCnapt(conn, this.#context.admit);
      this.counters.authenticated += 1;
      const link = new Link(conn, "", this.#tasks);
      this.#tasks.run("parked link", () => this.#park(link, known));
    } catch (error) {
      conn.close();
      this.#countFailure(conn, source, error, end);
    } finally {
      timer.cancel();
      leave();
    }
  }

  #countFailure(
    conn: ByteConn,
    source: string,
    error: unknown,
    end: "none" | "overdue" | "evicted",
  ): void {
    const from = conn.remoteAddress;
    if (end === "overdue") {
      this.counters.timedOut += 1;
      this.#log.info("link-timed-out", { from, reason: "it did not prove a key in time" });
      return;
    }
    if (end === "evicted") {
      this.counters.turnedAway += 1;
      this.#log.debug("turned-away", { from, reason: "too many wait to prove a key" });
      return;
    }
    this.counters.malformed += 1;
    const reason = error instanceof Error ? error.message : String(error);
    if (!(error instanceof ProtocolViolation)) {
      this.#log.info("link-failed", { from, reason });
      return;
    }
    // Who only hangs up, as a CNAPT does that changes its mind, is no attacker.
    if (error.code !== "truncated") this.#unproven.noteFailure(source, this.#tasks.now());
    this.#log.info("link-refused", { from, code: error.code, reason });
  }

  /** Keeps an authenticated link until its first frame says what it is for. */
  async #park(link: Link, known: Authenticated<AdmittedClient>): Promise<void> {
    const { idHex } = known;
    const parked = this.#parked.get(idHex) ?? new Set();
    this.#parked.set(idHex, parked);
    parked.add(link);
    const first = parked.size > this.#settings.parkedPerClient ? null : await this.#first(link);
    parked.delete(link);
    if (parked.size === 0 && this.#parked.get(idHex) === parked) this.#parked.delete(idHex);
    if (first === null) return link.close();
    try {
      this.#takeFirst(link, first, known);
    } catch (error) {
      // Whatever went wrong with one link is no reason to end the others.
      link.close();
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.warn("link-failed", { from: link.conn.remoteAddress, reason });
    }
  }

  /** Does what the first frame of a link asks for. */
  #takeFirst(link: Link, first: Message, known: Authenticated<AdmittedClient>): void {
    const { idHex } = known;
    if (!isFirstMessage(first)) {
      return this.#refuse(link, "malformed", `a link cannot begin with ${first.kind}`);
    }
    switch (first.kind) {
      case "connect":
        return this.#connect(link, first, known);
      case "bindDatagrams": {
        const session = this.#sessions.get(idHex);
        return session === undefined ? link.close() : session.driver.bindDatagrams(link, first);
      }
      case "bind":
      case "switchStep2":
      case "switchUnexpected": {
        const session = this.#sessions.get(idHex);
        if (session !== undefined) return session.driver.takeFirst(link, first);
        return this.#refuse(link, "unknownSession", "SNAPT no longer knows this session");
      }
      default:
        unreachable(first);
    }
  }

  async #first(link: Link): Promise<Message | null> {
    try {
      return await link.firstMessage();
    } catch (error) {
      if (error instanceof ProtocolViolation) {
        this.counters.malformed += 1;
        this.#log.info("link-malformed", {
          from: link.conn.remoteAddress,
          reason: error.message,
        });
      }
      return null;
    }
  }

  #refuse(link: Link, code: "unknownSession" | "malformed" | "full", sentence: string): void {
    this.counters.refused += 1;
    this.#log.info("session-refused", { from: link.conn.remoteAddress, code, reason: sentence });
    link.send({ kind: "refused", code, sentence });
    this.#tasks.run("refuse", () => link.closeGently(REFUSAL_FLUSH_MS));
  }

  #connect(link: Link, connect: Connect, known: Authenticated<AdmittedClient>): void {
    const { idHex, client, key } = known;
    this.#sessions.get(idHex)?.driver.end();
    if (this.#sessions.size >= this.#settings.sessions) {
      return this.#refuse(link, "full", `SNAPT serves ${this.#settings.sessions} CNAPTs already`);
    }
    this.counters.sessions += 1;
    const log = this.#log.with({ client: client.name });
    log.info("session-started", { from: link.conn.remoteAddress });
    const isUdpWanted = client.datagrams.length + client.destinations.length > 0 ||
      client.clientServices?.mayUseDatagrams === true;
    const offered = isUdpWanted ? this.#context.datagrams?.offer(key, client, log) ?? null : null;
    const dialer = new DirectDialer({
      known,
      sources: () => this.#sourcesOf(idHex),
      opened: (opened) => this.#tasks.run("direct link", () => this.#park(opened, known)),
      tasks: this.#tasks,
      log,
    });
    const driver: SnaptDriver = new SnaptDriver({
      settings: {
        instance: connect.instance,
        site: this.#settings.site,
        services: client.services,
        destinations: client.destinations.length === 0 ? "none" : "some",
        datagrams: offered?.offer ?? null,
        limits: this.#settings.limits,
        switchTimeoutMs: this.#settings.switchTimeoutMs,
        inactivityMs: this.#settings.inactivityMs,
      },
      budget: this.#context.budget,
      openService: (opening, signal) => this.#context.openService(opening, client, signal),
      clientServices: client.clientServices,
      flows: offered?.flows ?? null,
      packing: this.packing,
      tasks: this.#tasks,
      dialClient: (request, signal) => dialer.dial(request, signal),
      pathReported: (report) => this.#context.pathReported(client.name, driver, report),
      log,
      sessionEnded: (reason) => {
        if (this.#sessions.get(idHex)?.driver === driver) this.#sessions.delete(idHex);
        if (offered !== null) this.#context.datagrams?.end(offered);
        log.info("session-ended", { reason });
      },
    }, link);
    this.#sessions.set(idHex, { driver, client });
    driver.start();
  }

  /** Where this CNAPT comes from, as far as its links show. */
  *#sourcesOf(idHex: string): Iterable<string> {
    const session = this.#sessions.get(idHex);
    if (session !== undefined) yield session.driver.remoteAddress;
    for (const link of this.#parked.get(idHex) ?? []) yield link.conn.remoteAddress;
  }
}
