/**
 * The authenticated links of every CNAPT that have not said yet what they are for.
 *
 * Theory of operation. CNAPT closes what it no longer wants, but where its network has gone nothing
 * of that arrives: what it had parked there would stay here for ever, until there is no room for
 * a new one. So a CNAPT that has moved is asked on all its links (PING), and those that stay silent
 * are given up, as are those that nobody has asked on for longer than CNAPT itself would trust them.
 * Where there are too many all the same, the one that was heard on longest ago makes room: it is
 * never the new one that is turned away.
 */
import type { Message } from "../../core/wire/message.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import { shownAddress } from "../../net/socket_address.ts";
import type { Link } from "../link/link.ts";
import { failureFields } from "../run/failure_fields.ts";
import type { Timer } from "../run/clock.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import { CrowdedClients } from "./crowded_clients.ts";
import type { SnaptCounters } from "./snapt_counters.ts";

/** CNAPT replaces what it has not heard on for 240 s, which it looks for each 30 s. */
export const SILENT_FOR_MS = 300_000;
const SWEEP_MS = 30_000;
/** A link that was heard on within that time is not asked on again. */
const ASK_AGAIN_MS = 10_000;
/** Who has not answered by then is gone. */
export const ANSWER_WITHIN_MS = 10_000;
/** A link that makes room has so long to say so. */
const REFUSAL_FLUSH_MS = 1_000;

/** What the store of parked links works with. */
export interface ParkedClientsContext {
  /** So many links of one CNAPT are kept; one more takes the place of the oldest. */
  readonly parkedPerClient: number;
  readonly counters: SnaptCounters;
  /** The server's. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

export class ParkedClients {
  readonly #context: ParkedClientsContext;
  readonly #parked = new Map<string, Set<Link>>();
  /** Links on which an answer is waited for. */
  readonly #asked = new Set<Link>();
  readonly #crowded: CrowdedClients;
  /** Links that make room, and when they have been told so. */
  readonly #leaving = new WeakMap<Link, Promise<void>>();
  #sweeper: Timer | null = null;

  constructor(context: ParkedClientsContext) {
    this.#context = context;
    this.#crowded = new CrowdedClients(context.log);
  }

  /** The IDs of the CNAPTs that have any. */
  get ids(): Iterable<string> {
    return this.#parked.keys();
  }

  /** Those of one CNAPT; `idHex` is its ID. */
  of(idHex: string): ReadonlySet<Link> {
    return this.#parked.get(idHex) ?? new Set();
  }

  /** Gives up silent links from now on, until the group of tasks ends. */
  start(): void {
    this.#sweeper ??= this.#context.tasks.every(SWEEP_MS, () => this.#sweep());
  }

  /** Keeps `link` until its first frame; null when there is none, and the link is to be closed. */
  async firstOn(link: Link, idHex: string): Promise<Message | null> {
    const parked = this.#parked.get(idHex) ?? new Set();
    this.#parked.set(idHex, parked);
    const { parkedPerClient } = this.#context;
    if (parked.size >= parkedPerClient) {
      this.#makeRoom(parked, idHex, `SNAPT keeps ${parkedPerClient} unused links of one CNAPT`);
    }
    parked.add(link);
    try {
      const first = await this.#first(link);
      const leaving = this.#leaving.get(link);
      if (leaving === undefined) return first;
      // What CNAPT says before it hears that it is turned away is not taken any more.
      await leaving;
      return null;
    } finally {
      parked.delete(link);
      if (parked.size === 0 && this.#parked.get(idHex) === parked) this.#parked.delete(idHex);
    }
  }

  /**
   * This CNAPT came by another way, or anew: what it has parked may be of a network that is gone.
   * Asks on all of that, and gives up what does not answer.
   */
  moved(idHex: string): void {
    const { tasks } = this.#context;
    const before = tasks.now() - ASK_AGAIN_MS;
    const doubtful = [...this.of(idHex)].filter((link) =>
      link.heardAt <= before && !this.#asked.has(link)
    );
    if (doubtful.length > 0) tasks.run("ask parked links", () => this.#ask(doubtful));
  }

  /** Descriptors are short: who has most gives up the link that was heard on longest ago. */
  endOne(): void {
    const [most] = [...this.#parked].sort(([, a], [, b]) => b.size - a.size);
    if (most === undefined) return;
    const [idHex, parked] = most;
    this.#makeRoom(parked, idHex, "SNAPT has too few descriptors to keep unused links");
  }

  close(idHex: string): void {
    for (const link of this.of(idHex)) link.close();
  }

  closeAll(): void {
    for (const idHex of [...this.#parked.keys()]) this.close(idHex);
  }

  async #ask(links: readonly Link[]): Promise<void> {
    const { tasks } = this.#context;
    const limit = { clock: tasks, ms: ANSWER_WITHIN_MS, signal: tasks.signal };
    const ask = async (link: Link, signal: AbortSignal) => {
      this.#asked.add(link);
      const answer = await link.ask(signal);
      this.#asked.delete(link);
      if (answer === null && link.isParked) this.#giveUp(link);
    };
    await withinLimit(limit, (signal) => Promise.all(links.map((link) => ask(link, signal))));
  }

  #sweep(): void {
    const before = this.#context.tasks.now() - SILENT_FOR_MS;
    for (const links of [...this.#parked.values()]) {
      for (const link of [...links]) if (link.heardAt <= before) this.#giveUp(link);
    }
  }

  /** Nothing gets through to it, not even its end: only a reset lets go of the socket at once. */
  #giveUp(link: Link): void {
    this.#context.counters.silentLinks += 1;
    this.#context.log.debug("parked-link-silent", { from: shownAddress(link.conn.remoteAddress) });
    link.reset();
  }

  #makeRoom(parked: Set<Link>, idHex: string, sentence: string): void {
    const { counters, tasks } = this.#context;
    let oldest: Link | null = null;
    for (const link of parked) if (oldest === null || link.heardAt < oldest.heardAt) oldest = link;
    if (oldest === null) return;
    const evicted = oldest;
    parked.delete(evicted);
    counters.crowdedOut += 1;
    this.#crowded.note(
      idHex,
      { from: shownAddress(evicted.conn.remoteAddress), sentence },
      tasks.now(),
    );
    evicted.send({ kind: "refused", code: "full", sentence });
    const leaving = evicted.closeGently(REFUSAL_FLUSH_MS);
    this.#leaving.set(evicted, leaving);
    tasks.run("make room", () => leaving);
  }

  async #first(link: Link): Promise<Message | null> {
    try {
      return await link.firstMessage();
    } catch (error) {
      passOnOurs(error);
      if (error instanceof ProtocolViolation) {
        this.#context.counters.malformed += 1;
        this.#context.log.info("link-malformed", {
          from: shownAddress(link.conn.remoteAddress),
          ...failureFields(error),
        });
      }
      return null;
    }
  }
}
