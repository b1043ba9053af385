/**
 * The session of a site. One ends, and another is started after a pause: a longer one when SNAPT
 * has refused it, or when sessions end soon after they began (`SessionRestarts`). While there is
 * none, what was refused is what people are told.
 */
import type { ClientServiceOutcome } from "../../core/wire/client_service_messages.ts";
import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import type { AnnouncedService } from "../../core/wire/record_message.ts";
import type { Timer } from "../run/clock.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { WakeUp } from "../run/wake_up.ts";
import type { CnaptDriver } from "../session/cnapt_driver.ts";
import type { CnaptSessionEvents } from "../session/cnapt_session_events.ts";
import { drainStreams } from "../session/drain.ts";
import { SessionRestarts } from "../session/session_restarts.ts";
import { isLastingRefusal } from "./lasting_refusal.ts";
import type { SiteState } from "./site_snapshot.ts";
import { SwitchImpossible } from "./switch_impossible.ts";

/** What the parts of a site that outlive its sessions hear of them. */
export interface SiteSessionEvents {
  servicesAnnounced(services: readonly AnnouncedService[]): void;
  clientServicesOpened(outcomes: readonly ClientServiceOutcome[]): void;
  switchEnded(receipt: SwitchReceipt): void;
  ended(): void;
}

export interface SiteSessionContext {
  readonly site: string;
  /** Makes the driver of the next session. */
  readonly create: (events: CnaptSessionEvents) => CnaptDriver;
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
  #driver: CnaptDriver | null = null;
  #refusal: { readonly code: string; readonly sentence: string } | null = null;
  #lastRefusal: string | null = null;
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
    return this.#driver?.session.state ?? (this.#refusal === null ? "closed" : "refused");
  }

  /** What SNAPT answered instead of a session; null while there is one, or will soon be. */
  get refusal(): { readonly code: string; readonly sentence: string } | null {
    return this.#refusal;
  }

  /** What SNAPT said when it turned CNAPT away last, lasting or not; null since there was a session. */
  get lastRefusal(): string | null {
    return this.#lastRefusal;
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
        const why = this.#lastRefusal === null ? "" : ` (SNAPT: ${this.#lastRefusal})`;
        throw new SwitchImpossible(
          `Cannot switch ${this.#context.site}: there is no session${why}`,
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
    await drainStreams({ streams, tasks: this.#tasks, log: this.#log }, ms);
  }

  #beginLater(isRefused: boolean): void {
    const pause = this.#restarts.pauseAfter(this.#tasks.now(), isRefused);
    this.#restart = this.#tasks.timer(pause, () => this.#beginNow());
  }

  /** Also when a mistake of ours keeps a session from beginning, another is tried. */
  #beginNow(): void {
    this.#restarts.started(this.#tasks.now());
    const begun = this.#tasks.guard("begin session", () => this.#begin());
    if (begun === null) this.#beginLater(false);
  }

  #begin(): "begun" {
    const { create, events } = this.#context;
    const driver = create({
      servicesAnnounced: (_site, services) => {
        this.#refusal = null;
        this.#lastRefusal = null;
        this.#log.info("connected", {
          provider: driver.session.provider,
          services: services.map((service) => service.name).join(","),
        });
        this.#tell("services announced", () => events.servicesAnnounced(services));
        this.changed.wake();
      },
      clientServicesOpened: (outcomes) => events.clientServicesOpened(outcomes),
      switchEnded: (receipt) => events.switchEnded(receipt),
      decisionSuspended: () => this.#setDecision("suspended"),
      decisionResumed: () => this.#setDecision("running"),
      sessionEnded: (reason) => this.#ended(driver, reason),
    });
    this.#driver = driver;
    driver.start();
    return "begun";
  }

  #setDecision(decision: "running" | "suspended"): void {
    this.#decision = decision;
    this.#log.debug(`decision-${decision}`);
  }

  #ended(driver: CnaptDriver, reason: string): void {
    this.#refusal = driver.session.refusal;
    this.#decision = "running";
    this.#driver = null;
    this.#tellEnd(reason);
    this.#tell("session ended", () => this.#context.events.ended());
    if (this.#life === "running") {
      const isLasting = this.#refusal !== null && isLastingRefusal(this.#refusal.code);
      if (!isLasting) this.#refusal = null;
      this.#beginLater(isLasting);
    }
    this.changed.wake();
  }

  /** What SNAPT says at each of many attempts is told once. */
  #tellEnd(reason: string): void {
    const refusal = this.#refusal?.sentence ?? null;
    const isKnown = refusal !== null && refusal === this.#lastRefusal;
    this.#lastRefusal = refusal;
    this.#log[isKnown ? "debug" : "info"]("session-ended", { reason });
  }

  /** A mistake of whoever listens must not keep the session from going on, or from ending. */
  #tell(what: string, act: () => void): void {
    this.#tasks.guard(what, act);
  }
}
