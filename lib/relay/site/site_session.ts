/**
 * The session of a site. One ends, and another is started after a pause: a longer one when SNAPT
 * has refused it, or when sessions end soon after they began (`SessionRestarts`). Applications wait
 * meanwhile, unless SNAPT has refused for a reason that lasts; then they, and people, are told that.
 */
import type { ClientServiceOutcome } from "../../core/wire/client_service_messages.ts";
import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import type { StreamRecord } from "../../core/stream/stream_record.ts";
import type { Claim } from "../../core/wire/message.ts";
import type { Places } from "../../core/wire/places_message.ts";
import type { AnnouncedService } from "../../core/wire/record_message.ts";
import { receiptWithRelay } from "../link/relay_on_path.ts";
import type { Timer } from "../run/clock.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { WakeUp } from "../run/wake_up.ts";
import type { CnaptDriver } from "../session/cnapt_driver.ts";
import type { CnaptSessionEvents } from "../session/cnapt_session_events.ts";
import { drainStreams } from "../session/drain.ts";
import type { UnservedClient } from "../session/unannounced_clients.ts";
import { type SessionEnd, SessionRestarts } from "../session/session_restarts.ts";
import { DISPLACED_CODE, GOODBYE_CODE, isLastingRefusal, UNKNOWN_CODE } from "./lasting_refusal.ts";
import type { Reception } from "./site_openings.ts";
import type { SessionPause, SiteState } from "./site_snapshot.ts";
import { seenState } from "./seen_state.ts";
import { SwitchImpossible } from "./switch_impossible.ts";

/** What the parts of a site that outlive its sessions hear of them. */
export interface SiteSessionEvents {
  servicesAnnounced(services: readonly AnnouncedService[]): void;
  placesTold(told: Places): void;
  clientServicesOpened(outcomes: readonly ClientServiceOutcome[]): void;
  switchEnded(receipt: SwitchReceipt): void;
  /** No switch is under way any more. */
  settled(): void;
  ended(): void;
  /** Clients that the session which has just ended has not served at all. */
  unserved(clients: readonly UnservedClient[]): void;
  /** Applications are received in another way than before. */
  receptionChanged(): void;
}

interface Refusal {
  readonly code: string;
  readonly sentence: string;
}

export interface SiteSessionContext {
  readonly site: string;
  /** Makes the driver of the next session, which claims its place at SNAPT in that way. */
  readonly create: (events: CnaptSessionEvents, claim: Claim) => CnaptDriver;
  readonly events: SiteSessionEvents;
  /** The site's. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

export class SiteSession {
  readonly #context: SiteSessionContext;
  readonly #tasks: TaskGroup;
  readonly #log: RelayLog;
  /** Wakes whoever waits for something that has to do with the session. */
  readonly changed = new WakeUp();
  readonly #restarts = new SessionRestarts();
  #restart: Timer | null = null;
  #pause: { readonly reason: string; readonly until: number } | null = null;
  #driver: CnaptDriver | null = null;
  #refusal: Refusal | null = null;
  #lastRefusal: Refusal | null = null;
  /** Whoever was displaced does not displace in turn: else both would do that for ever. */
  #claim: Claim = "atOnce";
  #decision: "running" | "suspended" = "running";
  #life: "new" | "running" | "stopping" | "stopped" = "new";

  constructor(context: SiteSessionContext) {
    this.#context = context;
    this.#tasks = context.tasks;
    this.#log = context.log;
  }

  /** The session there is; null between two. */
  get driver(): CnaptDriver | null {
    return this.#driver;
  }

  /** The one that takes applications; null when there is none, or none for long. */
  get serving(): CnaptDriver | null {
    return this.#life === "running" ? this.#driver : null;
  }

  get state(): SiteState {
    if (this.#driver !== null) return seenState(this.#driver.session);
    return this.#refusal === null ? "closed" : "refused";
  }

  /** What SNAPT answered instead of a session; null while there is one, or will soon be. */
  get refusal(): Refusal | null {
    return this.#refusal;
  }

  /** What SNAPT said when it turned CNAPT away last, lasting or not; null since there was a session. */
  get lastRefusal(): string | null {
    return this.#lastRefusal?.sentence ?? null;
  }

  /** Why there is no session, and when the next one is begun; null while there is one. */
  get pause(): SessionPause | null {
    if (this.#pause === null || this.#driver !== null) return null;
    const { reason, until } = this.#pause;
    return { reason, remainingMs: Math.max(0, until - this.#tasks.now()) };
  }

  /** What is done with applications. While SNAPT turns CNAPT away they wait for another answer. */
  get reception(): Reception {
    if (this.#life === "stopping" || this.#life === "stopped") {
      return { kind: "turnedAway", reason: "CNAPT is being ended" };
    }
    const driver = this.#driver;
    if (driver === null && this.#refusal !== null) {
      return { kind: "turnedAway", reason: this.#refusal.sentence };
    }
    const refusal = this.#lastRefusal;
    const isInDoubt = refusal !== null && endOf(refusal) !== "restarted";
    if (driver !== null && !isInDoubt) return { kind: "served", openings: driver.openings };
    return { kind: "waiting", reason: refusal?.sentence ?? "there is no session" };
  }

  /** Suspended from the start of a switch until all of its sites are redirected [CNAPT-34]. */
  get decision(): "running" | "suspended" {
    return this.#decision;
  }

  start(): void {
    this.#life = "running";
    this.#beginNow();
  }

  /**
   * Brings to its end what applications have written, for `drainMs` at most, says goodbye, and
   * resolves when the session is closed.
   */
  async stop(drainMs: number): Promise<void> {
    if (this.#life !== "running") return;
    this.#life = "stopping";
    this.#restart?.cancel();
    this.#tellReception();
    await this.#drain(drainMs);
    this.#driver?.stop();
    while (this.#driver !== null) await this.changed.wait();
    this.#life = "stopped";
    this.changed.wake();
  }

  /**
   * Waits until there is a session that could be switched.
   *
   * @throws {SwitchImpossible} there is no session at all
   */
  async connected(signal: AbortSignal): Promise<CnaptDriver> {
    while (this.#driver?.session.state !== "connected") {
      signal.throwIfAborted();
      if (this.serving === null) {
        const why = this.lastRefusal === null ? "" : ` (SNAPT: ${this.lastRefusal})`;
        throw new SwitchImpossible(
          `Cannot switch ${this.#context.site}: there is no session${why}`,
          this.lastRefusal === null ? "unreached" : "refused",
        );
      }
      await this.changed.waitOr(signal);
    }
    return this.#driver;
  }

  async #drain(ms: number): Promise<void> {
    const driver = this.#driver;
    if (driver === null) return;
    // Of a session that ends meanwhile nothing can be brought to its end any more.
    const streams = () => this.#driver === driver ? driver.session.streams.values() : [];
    const unconfirmedBytes = (stream: StreamRecord) => driver.unconfirmedBytes(stream);
    await drainStreams({ streams, unconfirmedBytes, tasks: this.#tasks, log: this.#log }, ms);
  }

  /** The machine has slept: a session that is to begin after a pause begins now. */
  woke(): void {
    if (this.#life !== "running" || this.#driver !== null) return;
    this.#restart?.cancel();
    this.#beginNow();
  }

  #beginLater(end: SessionEnd, reason: string): void {
    const now = this.#tasks.now();
    const ms = this.#restarts.pauseAfter(now, end);
    this.#pause = { reason, until: now + ms };
    this.#restart = this.#tasks.timer(ms, () => this.#beginNow());
  }

  /** Also when a mistake of ours keeps a session from beginning, another is tried. */
  #beginNow(): void {
    const begun = this.#tasks.guard("begin session", () => this.#begin());
    if (begun === null) this.#beginLater("failed", "a mistake in CNAPT keeps it from beginning");
    this.#tellReception();
  }

  #begin(): "begun" {
    const { create, events } = this.#context;
    const driver = create({
      servicesAnnounced: (_site, services) => {
        this.#refusal = null;
        this.#lastRefusal = null;
        this.#claim = "atOnce";
        this.#restarts.connected(this.#tasks.now());
        this.#log.info("connected", {
          provider: driver.session.provider,
          services: services.map((service) => service.name).join(","),
        });
        this.#tell("services announced", () => events.servicesAnnounced(services));
        this.#tellReception();
        this.changed.wake();
      },
      placesTold: (told) => events.placesTold(told),
      clientServicesOpened: (outcomes) => events.clientServicesOpened(outcomes),
      switchEnded: (receipt) =>
        events.switchEnded(receiptWithRelay(receipt, driver.controlLink.current)),
      decisionSuspended: () => this.#setDecision("suspended"),
      decisionResumed: () => this.#setDecision("running"),
      sessionEnded: (reason, unserved) => {
        this.#ended(driver, reason);
        this.#tell("unserved", () => events.unserved(unserved));
      },
    }, this.#claim);
    this.#driver = driver;
    driver.start();
    return "begun";
  }

  #setDecision(decision: "running" | "suspended"): void {
    this.#decision = decision;
    this.#log.debug(decision === "running" ? "decision-running" : "decision-suspended");
    if (decision === "running") this.#tell("settled", () => this.#context.events.settled());
  }

  #ended(driver: CnaptDriver, reason: string): void {
    const { refusal } = driver.session;
    this.#decision = "running";
    this.#driver = null;
    this.#tellEnd(refusal, reason);
    this.#tell("session ended", () => this.#context.events.ended());
    const end = endOf(refusal);
    if (end === "displaced") this.#claim = "ifFree";
    this.#refusal = end === "refused" || end === "displaced" ? refusal : null;
    if (this.#life === "running") this.#beginLater(end, reason);
    this.#tellReception();
    this.changed.wake();
  }

  /** What SNAPT says at each of many attempts is told once. */
  #tellEnd(refusal: Refusal | null, reason: string): void {
    const isKnown = refusal !== null && refusal.sentence === this.lastRefusal;
    this.#lastRefusal = refusal;
    const fields = refusal === null ? { reason } : { reason_code: refusal.code, reason };
    if (isKnown) this.#log.debug("session-ended", fields);
    else this.#log.info("session-ended", fields);
  }

  #tellReception(): void {
    this.#tell("reception changed", () => this.#context.events.receptionChanged());
  }

  /** A mistake of whoever listens must not keep the session from going on, or from ending. */
  #tell(what: string, act: () => void): void {
    this.#tasks.guard(what, act);
  }
}

function endOf(refusal: Refusal | null): SessionEnd {
  if (refusal === null) return "failed";
  if (refusal.code === GOODBYE_CODE || refusal.code === UNKNOWN_CODE) return "restarted";
  if (refusal.code === DISPLACED_CODE) return "displaced";
  return isLastingRefusal(refusal.code) ? "refused" : "failed";
}
