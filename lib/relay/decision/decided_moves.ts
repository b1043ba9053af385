/** Acting: carries out the switches that were decided on, one at a time. */
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import type { DecisionSubject } from "./decision_subject.ts";

/** A switch that was decided on is given up after that. */
const SWITCH_LIMIT_MS = 30_000;

export interface DecidedMovesContext {
  readonly subject: DecisionSubject;
  /** The decision's; a switch under way is called off when it closes. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  /** A switch to this network did not work. */
  failed(to: ProviderKey, reason: string): void;
}

export class DecidedMoves {
  readonly #context: DecidedMovesContext;
  #moving: Promise<string | null> | null = null;

  constructor(context: DecidedMovesContext) {
    this.#context = context;
  }

  get isMoving(): boolean {
    return this.#moving !== null;
  }

  /** Moves to `to`; resolves to why that was not possible, or null. */
  begin(to: ProviderKey, reason: string): Promise<string | null> {
    const moving = this.#move(to, reason).finally(() => this.#moving = null);
    this.#moving = moving;
    return moving;
  }

  /** Resolves when no switch is under way, however the last one ended. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#moving]);
  }

  async #move(to: ProviderKey, reason: string): Promise<string | null> {
    const { subject, tasks, log } = this.#context;
    const ms = SWITCH_LIMIT_MS + subject.connector.patienceMs(to);
    const failure = await withinLimit(
      { clock: tasks, ms, signal: tasks.signal },
      (signal) => subject.move(to, reason, signal),
    );
    if (failure === null || tasks.isClosed) return failure;
    log.warn("decided-switch-failed", { to, reason: failure });
    this.#context.failed(to, failure);
    return failure;
  }
}
