import { isInRanges } from "../../core/access/source_list.ts";
import { sourceKey } from "../../core/access/source_key.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { ByteListener } from "../../net/listen.ts";
import { descriptors } from "../../net/descriptor_budget.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { hostOf, shownAddress } from "../../net/socket_address.ts";
import { acceptAll } from "../access/accept_all.ts";
import type { AdmittedClient } from "../access/admitted_client.ts";
import { UnprovenLinks } from "../access/unproven_links.ts";
import { Link } from "../link/link.ts";
import { type Authenticated, welcomeCnapt } from "../link/link_auth.ts";
import { reasonCodeOf } from "../run/failure_fields.ts";
import type { Timer } from "../run/clock.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs, whoseFault } from "../run/whose_fault.ts";
import type { RefusalReason, RefusedLinks } from "./refused_links.ts";
import type { SnaptCounters } from "./snapt_counters.ts";
import type { SnaptServerContext } from "./snapt_server_context.ts";

const SWEEP_MS = 10_000;

/** What the admission of links works with. */
export interface LinkAdmissionContext extends Pick<SnaptServerContext, "admit" | "pairing"> {
  readonly settings: Pick<SnaptServerContext["settings"], "pending" | "handshakeMs">;
  readonly counters: SnaptCounters;
  readonly refusals: RefusedLinks;
  /** The server's. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  /** The sessions that there are, by the ID of their CNAPT. */
  readonly live: () => ReadonlyMap<string, unknown>;
  /** A link whose peer has proven its key. */
  readonly admitted: (link: Link, known: Authenticated<AdmittedClient>) => void;
}

/**
 * Whom a connection may belong to: anybody, or, where its source has failed too often, only a CNAPT
 * that has a session. Whoever shares an address with one who sends garbage comes back all the same.
 */
type MayBe = "anybody" | "live";

/** A source that failed too often, and no CNAPT with a session: it is closed without a word. */
class TurnedAway extends Error {
  override readonly name = "TurnedAway";
}

/** What the log says of whoever it was. */
type Peer = { readonly from: string; client?: string };

/** Why a connection was closed before it had proven a key, when that was our decision. */
type GivenUp = "none" | "overdue" | "evicted";

/**
 * Accepts connections and lets those in that prove a key. Until then a connection costs a bounded
 * amount of memory and time, and nothing of a session.
 */
export class LinkAdmission {
  readonly #context: LinkAdmissionContext;
  readonly #unproven: UnprovenLinks;
  readonly #listeners: ByteListener[] = [];
  #sweeper: Timer | null = null;
  readonly #accepting: Promise<void>[] = [];

  constructor(context: LinkAdmissionContext) {
    this.#context = context;
    this.#unproven = new UnprovenLinks(context.settings.pending);
  }

  /** Admits what `listener` accepts until `stop`; may be called for several. */
  serve(listener: ByteListener): void {
    const { tasks } = this.#context;
    this.#listeners.push(listener);
    this.#sweeper ??= tasks.every(SWEEP_MS, () => this.#unproven.sweep(tasks.now()));
    const accepting = acceptAll(listener, tasks, (conn) => this.#accepted(conn));
    this.#accepting.push(accepting);
    tasks.run("accept", () => accepting);
  }

  async stop(): Promise<void> {
    for (const listener of this.#listeners) listener.close();
    this.#sweeper?.cancel();
    this.#unproven.evictAll();
    await Promise.all(this.#accepting);
  }

  #accepted(conn: ByteConn): void {
    const { counters, live, tasks } = this.#context;
    counters.accepted += 1;
    // Who holds a key proves it within a round trip; who has waited longest has none.
    if (!descriptors().hasRoom("dial")) this.#unproven.evictOldest();
    const source = this.#sourceOf(conn);
    const mayBe = this.#unproven.isBlocked(source, tasks.now()) ? "live" : "anybody";
    if (mayBe === "live" && live().size === 0) return this.#turnAway(conn);
    tasks.run("admit link", () => this.#admit(conn, source, mayBe));
  }

  /** What the connection counts for; one that a load balancer passes on, for itself alone. */
  #sourceOf({ remoteAddress, relay }: ByteConn): string {
    const host = hostOf(remoteAddress);
    // A relay may say anything: nobody who comes directly is to be turned away for its word.
    if (relay !== undefined) return `${sourceKey(host)} by ${relay}`;
    const isShared = isInRanges(this.#context.settings.pending.shared ?? [], host);
    return isShared ? remoteAddress : sourceKey(host);
  }

  /** How many have yet to prove a key. */
  get unproven(): number {
    return this.#unproven.count;
  }

  #note(reason: RefusalReason, { from, client }: Peer): void {
    const { refusals, tasks } = this.#context;
    refusals.note(reason, from, tasks.date(), client);
  }

  #turnAway(conn: ByteConn): void {
    const { counters, log } = this.#context;
    counters.turnedAway += 1;
    this.#note("failedTooOften", { from: shownAddress(conn.remoteAddress) });
    log.debug("turned-away", {
      from: shownAddress(conn.remoteAddress),
      reason_code: "failedTooOften",
      reason: "failed too often",
    });
    conn.reset();
  }

  async #admit(conn: ByteConn, source: string, mayBe: MayBe): Promise<void> {
    const { admit, admitted, counters, live, pairing, settings, tasks } = this.#context;
    let end: GivenUp = "none";
    const giveUp = (why: GivenUp) => {
      end = why;
      // In the TLS handshake the runtime keeps the socket that is only closed, for as long as it likes.
      conn.reset();
    };
    const timer = tasks.timer(settings.handshakeMs, () => giveUp("overdue"));
    const place = this.#unproven.add(source, () => giveUp("evicted"));
    let known: Authenticated<AdmittedClient> | null;
    const peer: Peer = { from: shownAddress(conn.remoteAddress) };
    try {
      await conn.handshake?.();
      place.begun();
      known = await welcomeCnapt(conn, async (idHex) => {
        if (mayBe === "live" && !live().has(idHex)) throw new TurnedAway();
        const today = await admit(idHex);
        const claimed = today.kind === "known" ? today.client.name : today.name;
        if (claimed !== undefined) peer.client = claimed; // proven or not
        return today;
      }, mayBe === "anybody" ? pairing : null);
    } catch (error) {
      const isKnown = mayBe === "live" && whoseFault(error) === "peer"; // its failures fill no log
      if (error instanceof TurnedAway || (isKnown && end === "none")) return this.#turnAway(conn);
      conn.close();
      return this.#failed(peer, source, error, end);
    } finally {
      timer.cancel();
      place.leave();
    }
    if (known === null) return conn.close(); // it has redeemed a code
    counters.authenticated += 1;
    admitted(new Link(conn, "", tasks), known);
  }

  /** `peer`: what the log says of whoever it was. */
  #failed(peer: Peer, source: string, error: unknown, end: GivenUp): void {
    const { counters, log, tasks } = this.#context;
    if (end === "overdue") {
      counters.timedOut += 1;
      this.#note("timedOut", peer);
      const reason = "it did not prove a key in time";
      return log.info("link-timed-out", { ...peer, reason_code: "timedOut", reason });
    }
    if (end === "evicted") {
      counters.turnedAway += 1;
      this.#note("tooManyUnproven", peer);
      const reason = "too many wait to prove a key";
      return log.debug("turned-away", { ...peer, reason_code: "tooManyUnproven", reason });
    }
    passOnOurs(error);
    counters.malformed += 1;
    const reason = error instanceof Error ? error.message : String(error);
    const fields = { ...peer, ...reasonCodeOf(error), reason };
    this.#unproven.noteFailure(source, tasks.now());
    // Who only hangs up, as a CNAPT does that was quicker over another network, fills no log.
    if (hasHungUp(error)) return log.debug("link-given-up", fields);
    const isRefused = error instanceof ProtocolViolation;
    this.#note(isRefused ? error.code : "broken", peer);
    if (isRefused) log.info("link-refused", fields);
    else log.info("link-failed", fields);
  }
}

function hasHungUp(error: unknown): boolean {
  if (error instanceof ConnFailed) return error.code === "reset";
  return error instanceof ProtocolViolation && error.code === "truncated";
}
