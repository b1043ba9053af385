import { nameOfTarget } from "../../core/wire/name_of_target.ts";
import type { ResetCode } from "../../core/wire/reset_code.ts";
import type { StreamOpening } from "../../core/wire/stream_opening.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { Timer } from "../run/clock.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { ClientOpenings } from "../session/client_openings.ts";
import type { OpeningWaiter } from "../stream/opening_waiter.ts";

/**
 * Nobody waits longer than this for the next session to begin. It is twice the longest pause
 * between two, and only reached where SNAPT has turned CNAPT away again meanwhile.
 */
const PATIENCE_MS = 30_000;

/** Where the applications of a session are opened. */
export type Openings = Pick<ClientOpenings, "open" | "openFor">;

interface Waiting {
  readonly service: string;
  readonly begin: (openings: Openings) => void;
  readonly refuse: (code: ResetCode) => void;
  readonly patience: Timer;
}

/**
 * The applications that have connected between two sessions. The next session takes them as if
 * they had come just then; nothing was read of them until then.
 */
export class WaitingApplications {
  readonly #limit: number;
  readonly #tasks: TaskGroup;
  readonly #log: RelayLog;
  readonly #waiting = new Set<Waiting>();

  /** `limit`: how many wait at once. */
  constructor(limit: number, tasks: TaskGroup, log: RelayLog) {
    this.#limit = limit;
    this.#tasks = tasks;
    this.#log = log;
  }

  /** `overdue`: why there is still no session, asked when it has waited for too long. */
  add(opening: StreamOpening, application: ByteConn, overdue: () => string): void {
    this.#add({
      service: nameOfTarget(opening.target),
      begin: (openings) => openings.open(opening, application),
      refuse: () => application.reset(),
    }, overdue);
  }

  /** Like `add`, for an application that waits to hear what became of it. */
  addFor(opening: StreamOpening, waiter: OpeningWaiter, overdue: () => string): void {
    this.#add({
      service: nameOfTarget(opening.target),
      begin: (openings) => openings.openFor(opening, waiter),
      refuse: (code) => waiter.failed(code),
    }, overdue);
  }

  /** There is a session for those who wait. */
  begin(openings: Openings): void {
    for (const one of this.#takeAll()) {
      this.#tasks.guard("open for who waited", () => one.begin(openings));
    }
  }

  /** There will be no session, for now at least. */
  turnAway(reason: string): void {
    for (const one of this.#takeAll()) this.#refuse(one, "sessionEnded", reason);
  }

  #add(one: Omit<Waiting, "patience">, overdue: () => string): void {
    if (this.#waiting.size >= this.#limit) {
      return this.#refuse(one, "limit", "too many connections wait for a session");
    }
    const patience = this.#tasks.timer(PATIENCE_MS, () => {
      this.#waiting.delete(waiting);
      this.#refuse(waiting, "sessionEnded", overdue());
    });
    const waiting: Waiting = { ...one, patience };
    this.#waiting.add(waiting);
  }

  #takeAll(): readonly Waiting[] {
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (const { patience } of all) patience.cancel();
    return all;
  }

  #refuse(
    { service, refuse }: Pick<Waiting, "service" | "refuse">,
    code: ResetCode,
    reason: string,
  ): void {
    this.#log.warn("application-turned-away", { service, reason });
    this.#tasks.guard("turn away who waited", () => refuse(code));
  }
}
