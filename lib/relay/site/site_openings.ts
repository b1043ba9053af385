import type { StreamOpening } from "../../core/wire/stream_opening.ts";
import { nameOfTarget } from "../../core/wire/name_of_target.ts";
import { unreachable } from "../../core/exhaustive.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { LoggedOnce } from "../run/logged_once.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { UnservedClient } from "../session/unannounced_clients.ts";
import type { OpeningWaiter } from "../stream/opening_waiter.ts";
import { type Openings, WaitingApplications } from "./waiting_applications.ts";

/** What is done with an application that connects just now. */
export type Reception =
  | { readonly kind: "served"; readonly openings: Openings }
  /** For the session that is about to begin; `reason`: why there is none. */
  | { readonly kind: "waiting"; readonly reason: string }
  | { readonly kind: "turnedAway"; readonly reason: string };

export interface SiteOpeningsContext {
  readonly reception: () => Reception;
  /** How many applications wait for the next session at once. */
  readonly limit: number;
  /** The site's. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/** Where the applications beside CNAPT come in, with a session and between two. */
export class SiteOpenings {
  readonly #context: SiteOpeningsContext;
  readonly #waiting: WaitingApplications;
  readonly #turnedAway = new LoggedOnce();

  constructor(context: SiteOpeningsContext) {
    this.#context = context;
    this.#waiting = new WaitingApplications(context.limit, context.tasks, context.log);
  }

  /** Relays an application's connection to where it is to lead. */
  open(opening: StreamOpening, application: ByteConn): void {
    const now = this.#context.reception();
    switch (now.kind) {
      case "served":
        return now.openings.open(opening, application);
      case "waiting":
        return this.#waiting.add(opening, application, () => this.#whyNot());
      case "turnedAway":
        this.#noteTurnedAway(opening, now.reason);
        return application.reset();
      default:
        unreachable(now);
    }
  }

  /** Like `open`, for an application that waits to hear what became of it. */
  openFor(opening: StreamOpening, waiter: OpeningWaiter): void {
    const now = this.#context.reception();
    switch (now.kind) {
      case "served":
        return now.openings.openFor(opening, waiter);
      case "waiting":
        return this.#waiting.addFor(opening, waiter, () => this.#whyNot());
      case "turnedAway":
        this.#noteTurnedAway(opening, now.reason);
        return waiter.failed("sessionEnded");
      default:
        unreachable(now);
    }
  }

  /** Those whom a session has not served go on as if they came just now. */
  openAgain(clients: readonly UnservedClient[]): void {
    for (const client of clients) {
      if (client.kind === "relayed") this.open(client.opening, client.application);
      else this.openFor(client.opening, client.waiter);
    }
  }

  /** The reception is another: those who wait may have their session, or none at all. */
  receptionChanged(): void {
    const now = this.#context.reception();
    switch (now.kind) {
      case "served":
        this.#turnedAway.forgetAll();
        return this.#waiting.begin(now.openings);
      case "waiting":
        return;
      case "turnedAway":
        return this.#waiting.turnAway(now.reason);
      default:
        unreachable(now);
    }
  }

  #whyNot(): string {
    const now = this.#context.reception();
    return now.kind === "served" ? "it waited for too long" : now.reason;
  }

  /** Programs try again and again: of each service that is said once, until it is served. */
  #noteTurnedAway({ target }: StreamOpening, reason: string): void {
    const service = nameOfTarget(target);
    const { log } = this.#context;
    const isNew = this.#turnedAway.isNew(`${service} ${reason}`);
    if (isNew) log.warn("application-turned-away", { service, reason });
    else log.debug("application-turned-away", { service, reason });
  }
}
