/**
 * The owner of everything that runs by itself: background tasks and the callbacks of timers.
 *
 * Theory of operation. Each stream, each session, each site and the program has a group; a group
 * is made as the child of the one that it lives in and ends with it. A task deals with what its
 * peer does wrong and with connections that fail. Whatever else it throws is a mistake of ours:
 * it is logged with its stack, once, and the group is told (`faulted`), which ends the stream or
 * the session that it stands for. A group of work that can cost no byte (decision, notices,
 * status) goes on instead (`keepGoing`).
 *
 * Closing a group cancels its timers and aborts its signal. Tasks that are under way, and those
 * that are started later, see the signal and have to close what they hold; `done` waits for them.
 */
import type { Clock, Timer } from "./clock.ts";
import { LoggedOnce } from "./logged_once.ts";
import { MistakeLog } from "./mistake_log.ts";
import type { RelayLog } from "./relay_log.ts";
import { Turns } from "./turns.ts";
import { whoseFault } from "./whose_fault.ts";

/** What becomes of a group in which a mistake of ours happened. */
export type OnFault = "keepGoing" | ((error: unknown) => void);

/** What there is one of in the whole program. */
interface SharedByAll {
  readonly mistakes: MistakeLog;
  readonly turns: Turns;
}

export class TaskGroup implements Clock {
  readonly #ownName: string;
  readonly #clock: Clock;
  readonly #log: RelayLog;
  readonly #onFault: OnFault;
  readonly #parent: TaskGroup | null;
  readonly #shared: SharedByAll;
  // Made when they are needed: each stream has a group, and most streams are idle.
  #children: Set<TaskGroup> | null = null;
  #timers: Set<Timer> | null = null;
  #told: LoggedOnce | null = null;
  #state: "open" | "faulted" | "closed" = "open";
  #running = 0;
  #waiting: (() => void)[] | null = null;
  #abort: AbortController | null = null;

  /** A group that belongs to no other: the program's. */
  static root(clock: Clock, log: RelayLog, name = "program"): TaskGroup {
    return new TaskGroup(
      name,
      { clock, log, parent: null, shared: { mistakes: new MistakeLog(), turns: new Turns(clock) } },
      "keepGoing",
    );
  }

  private constructor(
    name: string,
    given: {
      readonly clock: Clock;
      readonly log: RelayLog;
      readonly parent: TaskGroup | null;
      readonly shared: SharedByAll;
    },
    onFault: OnFault,
  ) {
    this.#ownName = name;
    this.#clock = given.clock;
    this.#log = given.log;
    this.#parent = given.parent;
    this.#shared = given.shared;
    this.#onFault = onFault;
  }

  /** A group inside this one; `log` instead of this one's, with fields of its own. */
  child(name: string, onFault: OnFault, log: RelayLog = this.#log): TaskGroup {
    const child = new TaskGroup(
      name,
      { clock: this.#clock, log, parent: this, shared: this.#shared },
      onFault,
    );
    if (this.#state === "closed") child.close();
    else (this.#children ??= new Set()).add(child);
    return child;
  }

  /** Its own name after those of the groups that it lives in: `program/site home/session`. */
  get name(): string {
    return this.#parent === null ? this.#ownName : `${this.#parent.name}/${this.#ownName}`;
  }

  get isClosed(): boolean {
    return this.#state === "closed";
  }

  /** Aborted when the group is closed. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#state === "closed" && !this.#abort.signal.aborted) this.#abort.abort();
    return this.#abort.signal;
  }

  /** Who works in a loop asks here whether it is the turn of others. */
  get turns(): Turns {
    return this.#shared.turns;
  }

  now(): number {
    return this.#clock.now();
  }

  date(): Date {
    return this.#clock.date();
  }

  /** Starts `task`, up to its first wait in this turn. `what` names it in the log. */
  run(what: string, task: () => Promise<unknown>): void {
    this.#running += 1;
    let running: Promise<unknown>;
    try {
      running = task();
    } catch (error) {
      this.#taskEnded();
      return this.fault(what, error);
    }
    running.then(() => this.#taskEnded(), (error: unknown) => {
      this.#taskEnded();
      this.fault(what, error);
    });
  }

  /** Calls `act` in this turn as a part of the group; null when it made a mistake. */
  guard<T>(what: string, act: () => T): T | null {
    try {
      return act();
    } catch (error) {
      this.fault(what, error);
      return null;
    }
  }

  /** Calls `ring` after `delayMs`, unless the group is closed by then. */
  timer(delayMs: number, ring: () => void): Timer {
    if (this.#state === "closed") return NEVER;
    const timer = this.#clock.timer(delayMs, () => {
      this.#timers?.delete(owned);
      this.guard("timer", ring);
    });
    const owned: Timer = {
      cancel: () => {
        timer.cancel();
        this.#timers?.delete(owned);
      },
    };
    (this.#timers ??= new Set()).add(owned);
    return owned;
  }

  /** As the clock has it; whoever waits for it looks for himself whether the group is closed. */
  turn(go: () => void): void {
    this.#clock.turn(go);
  }

  /** Calls `ring` each `periodMs` until it is cancelled or the group is closed. */
  every(periodMs: number, ring: () => void): Timer {
    let current = NEVER;
    const again = () => {
      current = this.timer(periodMs, () => {
        again();
        ring();
      });
    };
    again();
    return { cancel: () => current.cancel() };
  }

  /** Takes in what a task or a callback of this group did not deal with. */
  fault(what: string, error: unknown): void {
    // What was closed under the hands of a task made it fail; that is no mistake.
    if (this.#state === "closed" && whoseFault(error) !== "ours") return;
    if (this.#state === "faulted") return;
    const reason = error instanceof Error ? error.message : String(error);
    const task = `${this.name}/${what}`;
    const isNew = (this.#told ??= new LoggedOnce()).isNew(`${task}: ${reason}`);
    if (isNew) {
      this.#shared.mistakes.tell(this.#log, this.now(), { task, reason, stack: stackOf(error) });
    }
    if (this.#onFault === "keepGoing" || this.#state === "closed") return;
    this.#state = "faulted";
    try {
      this.#onFault(error);
    } catch (worse) {
      this.#parent?.fault(`${what} (ending ${this.name})`, worse);
    }
  }

  /** Ends the group and those inside it. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    for (const child of [...this.#children ?? []]) child.close();
    for (const timer of [...this.#timers ?? []]) timer.cancel();
    this.#abort?.abort();
    if (this.#parent !== null) {
      this.#parent.#children?.delete(this);
      this.#parent.#adopt(this);
    }
  }

  /** Resolves when no task runs in the group or in those inside it. */
  async done(): Promise<void> {
    for (;;) {
      const children = [...this.#children ?? []];
      if (this.#running === 0 && children.length === 0) return;
      const childrenDone = children.map((child) => child.done());
      if (this.#running > 0) {
        await new Promise<void>((resolve) => (this.#waiting ??= []).push(resolve));
      }
      await Promise.all(childrenDone);
      if (this.#state !== "closed") return;
    }
  }

  /** A child that is closed but whose tasks still run is waited for as one task of this group. */
  #adopt(child: TaskGroup): void {
    if (child.#running > 0) this.run("ending", () => child.done());
  }

  #taskEnded(): void {
    this.#running -= 1;
    if (this.#running > 0) return;
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const resolve of waiting) resolve();
  }
}

const NEVER: Timer = { cancel: () => {} };

/** The stack; of what is no error, what it is. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
