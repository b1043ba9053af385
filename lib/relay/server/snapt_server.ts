import type { Farewell } from "../../core/handshake/snapt_event.ts";
import { unreachable } from "../../core/exhaustive.ts";
import type { StreamRecord } from "../../core/stream/stream_record.ts";
import { type FirstMessage, isFirstMessage } from "../../core/wire/first_message.ts";
import type { Measure } from "../../core/wire/measure_messages.ts";
import type { PlaceAdvice } from "../../core/wire/places_message.ts";
import type { Connect, Message, RefusalCode } from "../../core/wire/message.ts";
import { descriptors } from "../../net/descriptor_budget.ts";
import { shownAddress } from "../../net/socket_address.ts";
import type { ByteListener } from "../../net/listen.ts";
import type { AdmittedClient } from "../access/admitted_client.ts";
import type { Link } from "../link/link.ts";
import type { Admission, Authenticated } from "../link/link_auth.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import { displacedBy, GOODBYE } from "../session/last_words.ts";
import { drainStreams } from "../session/drain.ts";
import { CompressionTotals } from "../stream/compression/compression_totals.ts";
import { StreamTraffic } from "../stream/stream_traffic.ts";
import { AwaySessions } from "./away_sessions.ts";
import { AnsweredMeasurements, measuringSource } from "./answered_measurements.ts";
import type { EndedSessions } from "./ended_sessions.ts";
import { LinkAdmission } from "./link_admission.ts";
import { ParkedClients } from "./parked_clients.ts";
import type { ServedSession } from "./served_session.ts";
import { SessionRegistry } from "./session_registry.ts";
import { servedSessionSnapshot } from "./served_session_snapshot.ts";
import { RefusedLinks } from "./refused_links.ts";
import { noSnaptCounts } from "./snapt_counters.ts";
import type { SnaptServerContext } from "./snapt_server_context.ts";
import type { SnaptServerSnapshot } from "./snapt_server_snapshot.ts";
import { isEnded, type Withdrawal, withdrawalOf } from "./withdrawal.ts";

/** A refusal gets that long to reach the peer. */
const REFUSAL_FLUSH_MS = 1_000;

/**
 * SNAPT's server: `LinkAdmission` lets links in that prove a key, `ParkedClients` keeps them until
 * they say what they are for, and each is handed to its session in the `SessionRegistry` then.
 */
export class SnaptServer {
  readonly counters = noSnaptCounts();
  readonly refusals = new RefusedLinks();
  /** What packing did for each service since the start. */
  readonly packing = new CompressionTotals();
  readonly traffic = new StreamTraffic();
  readonly #context: SnaptServerContext;
  readonly #tasks: TaskGroup;
  readonly #log: RelayLog;
  readonly #admission: LinkAdmission;
  readonly #parked: ParkedClients;
  readonly #registry: SessionRegistry;
  readonly #away: AwaySessions;
  readonly #measurements: AnsweredMeasurements;

  constructor(context: SnaptServerContext) {
    const { settings, admit, pairing, log } = context;
    const { counters, packing, traffic, refusals } = this;
    const tasks = context.tasks.child("server", "keepGoing");
    const admitted = (link: Link, known: Authenticated<AdmittedClient>) =>
      tasks.run("parked link", () => this.#park(link, known));
    this.#context = context;
    this.#tasks = tasks;
    this.#log = log;
    this.#admission = new LinkAdmission({
      settings,
      admit,
      pairing,
      counters,
      refusals,
      tasks,
      log,
      live: () => this.sessions,
      admitted,
    });
    this.#parked = new ParkedClients({
      get parkedPerClient() {
        return settings.parkedPerClient;
      },
      counters,
      tasks,
      log,
    });
    this.#measurements = new AnsweredMeasurements(tasks);
    this.#registry = new SessionRegistry({
      server: context,
      ...{ packing, traffic, tasks },
      parkedOf: (idHex) => this.#parked.of(idHex),
      park: admitted,
    });
    this.#away = new AwaySessions({ sessions: () => this.sessions.values(), tasks, log });
  }

  /** By the ID of the CNAPT, in hex. */
  get sessions(): ReadonlyMap<string, ServedSession> {
    return this.#registry.all;
  }
  /** How the last session of each CNAPT ended. */
  get ended(): Pick<EndedSessions, "of"> {
    return this.#registry.ended;
  }
  get memoryBytes(): number {
    return this.#context.budget.usedBytes;
  }

  snapshot(): SnaptServerSnapshot {
    return {
      sessions: [...this.sessions].map(([idHex, served]) =>
        servedSessionSnapshot(served, this.#parked.of(idHex))
      ),
      counters: { ...this.counters },
      refusals: this.refusals.snapshot(),
      unproven: this.#admission.unproven,
      memoryBytes: this.memoryBytes,
      packing: this.packing.snapshot(),
    };
  }

  /** Serves what `listener` accepts until `stop`; may be called for several. */
  serve(listener: ByteListener): void {
    this.#parked.start();
    this.#away.start();
    this.#admission.serve(listener);
  }

  /** SNAPT is reached elsewhere now, or is about to be: every CNAPT is told, and advised. */
  placesChanged(adviceOf: (localAddress: string | null) => PlaceAdvice = () => "stay"): void {
    this.#registry.placesChanged(adviceOf);
  }

  /** Ends all that a CNAPT has here, at once, after `farewell`; the name of one that had a session. */
  endSession(idHex: string, farewell: Farewell = GOODBYE): string | null {
    this.#parked.close(idHex);
    return this.#registry.cutOff(idHex, farewell);
  }

  /**
   * Ends at once what `judge` lets in no longer, sessions and parked links, and tells sessions what
   * their CNAPT may do now; the names of the CNAPTs whose sessions ended.
   */
  review(judge: (idHex: string) => Admission<AdmittedClient>): readonly string[] {
    const here = new Set([...this.sessions.keys(), ...this.#parked.ids]);
    const ended = [...here].map((idHex) => {
      const today = judge(idHex);
      const reason = this.#reasonToEnd(idHex, today);
      if (reason !== null) return this.#withdraw(idHex, reason);
      if (today.kind === "known") this.#registry.rightsChanged(idHex, today.client);
      return null;
    });
    return ended.filter((name) => name !== null);
  }

  /** Brings to its end what applications have written, for `drainMs` at most, and ends all. */
  async stop(drainMs = 0): Promise<void> {
    await Promise.all([...this.sessions].map(([id, served]) => this.#drain(id, served, drainMs)));
    const accepted = this.#admission.stop();
    await this.#registry.endAll();
    this.#parked.closeAll();
    await accepted;
    await this.#context.datagrams()?.close();
    this.#tasks.close();
  }

  async #drain(idHex: string, { driver, client }: ServedSession, ms: number): Promise<void> {
    const isServed = () => this.#registry.get(idHex) === driver;
    const streams = () => isServed() ? driver.session.streams.values() : [];
    const log = this.#log.with({ client: client.name });
    const unconfirmedBytes = (stream: StreamRecord) => driver.unconfirmedBytes(stream);
    await drainStreams({ streams, unconfirmedBytes, tasks: this.#tasks, log }, ms);
  }

  /** Keeps an authenticated link until its first frame says what it is for. */
  async #park(link: Link, known: Authenticated<AdmittedClient>): Promise<void> {
    this.#makeRoom();
    try {
      const first = await this.#parked.firstOn(link, known.idHex);
      if (first === null) return link.close();
      // It may have been parked for long: what held when it came need not hold any more.
      const today = await this.#context.admit(known.idHex);
      const withdrawal = withdrawalOf(known, today);
      const reason = this.#reasonToEnd(known.idHex, today);
      if (reason !== null) this.#withdraw(known.idHex, reason);
      if (withdrawal !== null) return this.#refuse(link, withdrawal.code, withdrawal.sentence);
      const client = today.kind === "known" ? today.client : known.client;
      this.#takeFirst(link, first, { ...known, client });
    } catch (error) {
      link.close();
      passOnOurs(error);
    }
  }

  /** A link that only waits is worth less than what another one, or a server, needs. */
  #makeRoom(): void {
    if (!descriptors().hasRoom("dial")) this.#parked.endOne();
  }

  #withdraw(idHex: string, { code, sentence }: Withdrawal): string | null {
    const client = this.sessions.get(idHex)?.client.name;
    this.#log.info("admission-ended", {
      ...client === undefined ? {} : { client },
      reason_code: code,
      reason: sentence,
    });
    return this.endSession(idHex, { kind: "refused", code, sentence });
  }

  /** Why what this CNAPT has here is to end by what is known of it now; null: it goes on. */
  #reasonToEnd(idHex: string, today: Admission<AdmittedClient>): Withdrawal | null {
    if (today.kind === "refused") return today;
    const session = this.sessions.get(idHex);
    if (session === undefined) return null;
    const withdrawal = withdrawalOf(session, today);
    if (withdrawal !== null) return withdrawal;
    if (!isEnded(session.client, today.client)) return null;
    // It comes back at once, and finds what it may do now.
    const sentence = `the invitation of ${session.client.name} was changed`;
    return { code: "shuttingDown", sentence };
  }

  /** Does what the first frame of a link asks for. */
  #takeFirst(link: Link, first: Message, known: Authenticated<AdmittedClient>): void {
    if (!isFirstMessage(first)) {
      return this.#refuse(link, "malformed", `a link cannot begin with ${first.kind}`);
    }
    if (this.#isPaused(link, first, known.idHex)) return;
    const session = this.#registry.get(known.idHex);
    switch (first.kind) {
      case "connect":
        this.#connect(link, first, known);
        return this.#parked.moved(known.idHex);
      case "bindDatagrams":
        return session === null ? link.close() : session.bindDatagrams(link, first);
      case "measure":
        return this.#measure(link, first, known.idHex);
      case "bind":
      case "switchStep2":
      case "switchUnexpected":
        if (first.kind !== "bind") this.#parked.moved(known.idHex);
        this.#makeRoom();
        if (session !== null) return session.takeFirst(link, first);
        return this.#refuse(link, "unknownSession", "SNAPT no longer knows this session");
      default:
        unreachable(first);
    }
  }

  /** Refuses what would become a control link too soon after a violation of the protocol. */
  #isPaused(link: Link, { kind }: FirstMessage, idHex: string): boolean {
    const pauseMs = this.#registry.pauseMs(idHex);
    if (pauseMs === 0 || kind === "bind" || kind === "bindDatagrams") return false;
    const sentence = `this CNAPT violated the protocol; it is taken again in ${
      Math.ceil(pauseMs / 1_000)
    } s`;
    // A session that goes on is not lost by that: CNAPT tries again, as after a switch that failed.
    this.#refuse(link, kind === "connect" ? "full" : "staleEpoch", sentence);
    return true;
  }

  #measure(link: Link, asked: Measure, idHex: string): void {
    const source = measuringSource(link, this.#context.settings.pending.shared);
    const refusal = this.#measurements.answer(link, asked, { idHex, source });
    if (refusal !== null) this.#refuse(link, refusal.code, refusal.sentence);
  }

  #connect(link: Link, connect: Connect, known: Authenticated<AdmittedClient>): void {
    if (this.#registry.isStale(known.idHex, connect)) {
      return this.#refuse(link, "unknownSession", "this session has begun before");
    }
    const { sessions } = this.#context.settings;
    const isFull = !this.#registry.hasRoomFor(known.idHex);
    if (isFull && !this.#away.makeRoom(`SNAPT serves ${sessions} CNAPTs already`)) {
      return this.#refuse(link, "full", `SNAPT serves ${sessions} CNAPTs already`);
    }
    const taken = this.#registry.placeTaken(known.idHex, connect);
    if (taken !== null) return this.#refuse(link, "displaced", displacedBy(taken));
    this.counters.sessions += 1;
    try {
      this.#registry.start(link, connect, known);
    } catch (error) {
      this.#tasks.fault("start session", error);
      // A link that only ended would be dialled again at once.
      this.#refuse(link, "shuttingDown", "a mistake in SNAPT keeps the session from starting");
    }
  }

  #refuse(link: Link, code: RefusalCode, sentence: string): void {
    this.counters.refused += 1;
    this.refusals.note(code, shownAddress(link.conn.remoteAddress), this.#tasks.date());
    this.#log.info("session-refused", {
      from: shownAddress(link.conn.remoteAddress),
      reason_code: code,
      reason: sentence,
    });
    link.send({ kind: "refused", code, sentence });
    this.#tasks.run("refuse", () => link.closeGently(REFUSAL_FLUSH_MS));
  }
}
