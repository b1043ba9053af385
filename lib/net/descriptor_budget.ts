/**
 * The descriptors (sockets and files) that this process may have open, and who gets the last ones.
 *
 * Theory of operation. A program that accepts connections until the system refuses has no
 * descriptor left to do anything with them: it cannot dial their links, cannot show its status,
 * cannot take a session back. So whoever opens something asks first, and what matters more may go
 * closer to the limit. A connection that waits for its other half, its link or its server, has that
 * half promised: nothing else that is accepted may take it. And each stream has a second link kept
 * for it, for a switch on which the old link and the new one are there at the same time: what the
 * program cannot switch it had better not accept.
 *
 * What is open is counted by asking the system, for the runtime keeps some sockets longer than
 * we do. That takes a while where the limit is high, so in between what is opened is added up, and
 * the system is asked again when there seems to be no room. Where it cannot be asked (Windows has no
 * such limit) there is room until the system refuses.
 */
import { countDescriptors, descriptorLimit } from "./descriptor_limit.ts";

/** What a descriptor is wanted for; each may use what the next one has to leave. */
export type DescriptorUse =
  /** The program's own: its status, a control link. */
  | "control"
  /** A connection that has still to prove who it is; perhaps it takes a session back. */
  | "link"
  /** A stream that the other side has opened; it may have to wait for its server. */
  | "stream"
  /** What a stream waits for: its link, or its server. */
  | "dial"
  /** A new connection, which will need another half. */
  | "application"
  /** What is only made ahead of need. */
  | "spare";

/** How the budget is, for status and log. */
export interface DescriptorSnapshot {
  /** Null: none that is known. */
  readonly limit: number | null;
  readonly open: number;
  /** How often the system refused one since the start. */
  readonly refused: number;
  /** How often something waited for room, or was not done for want of it. */
  readonly short: number;
}

/** What a budget knows of the system. */
export interface DescriptorCounts {
  readonly limit: number | null;
  /** How many are open; null: it cannot be told. */
  readonly count: (limit: number) => number | null;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Counting a few takes microseconds, many some milliseconds: not more often than this. */
const COUNT_AGAIN_MS = 10;
/** The sum in between knows nothing of files. */
const COUNT_ANYWAY_MS = 1_000;
/** After the system refused one nothing new is accepted for so long. */
const REFUSED_PAUSE_MS = 50;
const WAIT_MS = 20;
/** What a program has open before anybody connects, at most. */
const OWN = 20;
/** A connection by a device needs a listener of ours for a moment. */
const PER_OPENING = 2;
/** Of the connection that is asked for: the second link. */
const FOR_ONE_MORE = 1;
/** The end of the sentence about what could not be opened for that reason. */
export const NO_DESCRIPTOR = "this process has no descriptor, or no memory, left for it";
/** What says that a descriptor, or the memory for one, is not to be had. */
const EXHAUSTED: ReadonlySet<unknown> = new Set(["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS"]);

export class DescriptorBudget {
  readonly limit: number | null;
  readonly #counts: DescriptorCounts;
  readonly #reserve: number;
  readonly #dials: number;
  #counted = 0;
  #countedAt = -Infinity;
  /** Opened since then. */
  #since = 0;
  #claimed = 0;
  #promised = 0;
  #moves = 0;
  #refused = 0;
  #refusedAt = -Infinity;
  #short = 0;
  /** Those that let go of something when there is no room for others. */
  readonly #yielders = new Set<() => void>();

  constructor(counts: DescriptorCounts) {
    this.#counts = counts;
    this.limit = counts.limit;
    this.#reserve = reserveOf(counts.limit);
    this.#dials = Math.max(4, this.#reserve >> 2);
  }

  /** How often the system refused one, or something waited for room. */
  get shortages(): number {
    return this.#refused + this.#short;
  }

  /** How many streams there is room for, each with two descriptors and one kept for a switch. */
  get streams(): number {
    return streamsWithin(this.limit);
  }

  /** How many there would be room for if none were ever switched. */
  get unswitchedStreams(): number {
    if (this.limit === null) return Infinity;
    return Math.max(1, Math.floor((this.limit - this.#reserve - 2 * this.#dials - OWN) / 2));
  }

  /** How many may wait to prove who they are. */
  get strangers(): number {
    return this.limit === null ? Infinity : Math.max(8, this.limit >> 2);
  }

  /** Whether one more may be opened for `use`. */
  hasRoom(use: DescriptorUse): boolean {
    if (this.limit === null) return this.#isUndisturbed(use);
    if (this.#isTight(use)) this.#count();
    return !this.#isTight(use) && this.#isUndisturbed(use);
  }

  /** Waits until there is room for `use`; false when it is no longer `wanted`. */
  async whenRoom(use: DescriptorUse, wanted: () => boolean): Promise<boolean> {
    if (!wanted()) return false;
    if (this.hasRoom(use)) return true;
    this.#short += 1;
    this.#ask(use);
    do {
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      if (!wanted()) return false;
      this.#ask(use);
    } while (!this.hasRoom(use));
    return true;
  }

  /** `yields` is called while something waits for room; returns what ends that. */
  askForRoom(yields: () => void): () => void {
    this.#yielders.add(yields);
    return () => this.#yielders.delete(yields);
  }

  /** One was opened. */
  opened(): void {
    this.#since += 1;
  }

  /** Something was not done for want of room. */
  wasShort(): void {
    this.#short += 1;
  }

  /**
   * Waits for room for `use` and sets descriptors aside while one is being opened; returns what is
   * to be called when it was. Throws the signal's reason.
   */
  async claim(use: DescriptorUse, signal: AbortSignal): Promise<() => void> {
    // Whoever finds room takes it in the same turn: of many at once all would find it.
    while (!this.hasRoom(use)) {
      await this.whenRoom(use, () => !signal.aborted);
      signal.throwIfAborted();
    }
    signal.throwIfAborted();
    this.#claimed += PER_OPENING;
    return once(() => {
      this.#claimed -= PER_OPENING;
      this.#since += 1;
    });
  }

  /** Keeps one for the other half of a connection; returns what gives it back. */
  promise(): () => void {
    this.#promised += 1;
    return once(() => this.#promised -= 1);
  }

  /** Keeps one for a second link of a stream; returns what gives it back. */
  keepForMove(): () => void {
    this.#moves += 1;
    return once(() => this.#moves -= 1);
  }

  /** Whether `error` says that the system has no descriptor left, which then is counted. */
  noteRefusal(error: unknown): boolean {
    if (!isExhaustion(error)) return false;
    this.#refused += 1;
    this.#refusedAt = this.#counts.now();
    return true;
  }

  snapshot(): DescriptorSnapshot {
    if (this.limit !== null) this.#count();
    const { limit } = this;
    return { limit, open: this.#counted, refused: this.#refused, short: this.#short };
  }

  /** What is only made ahead of need takes nothing from anybody. */
  #ask(use: DescriptorUse): void {
    if (use !== "spare") { for (const yields of this.#yielders) yields(); }
  }

  #isTight(use: DescriptorUse): boolean {
    if (this.#counts.now() - this.#countedAt > COUNT_ANYWAY_MS) this.#count();
    const free = (this.limit ?? Infinity) - this.#counted - this.#since - this.#claimed;
    return free < this.#toLeave(use);
  }

  /** So many have to be free for one more. */
  #toLeave(use: DescriptorUse): number {
    const kept = Math.max(3 * this.#dials, this.#moves + FOR_ONE_MORE);
    const others = this.#reserve + this.#promised + 2 + kept;
    switch (use) {
      case "control":
        return 2;
      case "link":
        return this.#reserve >> 1;
      case "stream":
        return (this.#reserve >> 1) + (this.#dials >> 1);
      case "dial":
        return this.#reserve;
      case "application":
        return others;
      case "spare":
        return others + this.#dials;
    }
  }

  #isUndisturbed(use: DescriptorUse): boolean {
    return use === "control" || this.#counts.now() - this.#refusedAt >= REFUSED_PAUSE_MS;
  }

  #count(): void {
    const now = this.#counts.now();
    if (this.limit === null || now - this.#countedAt < COUNT_AGAIN_MS) return;
    this.#counted = this.#counts.count(this.limit) ?? 0;
    this.#countedAt = now;
    this.#since = 0;
  }
}

/** Whether the system had no descriptor, or no memory for one. */
export function isExhaustion(error: unknown): boolean {
  return error instanceof Error && "code" in error && EXHAUSTED.has(error.code);
}

/** How many connections a program with that limit of open files accepts, and can switch. */
export function streamsWithin(limit: number | null): number {
  if (limit === null) return Infinity;
  return Math.max(1, Math.floor((limit - reserveOf(limit) - OWN - 2) / 3));
}

let own = budgetOf(null);

/** The budget of this process: without a limit until `limitDescriptors`. */
export function descriptors(): DescriptorBudget {
  return own;
}

/** From now on the budget goes by the limit that the system has set; a program does so at its start. */
export function limitDescriptors(): DescriptorBudget {
  own = budgetOf(descriptorLimit());
  return own;
}

function budgetOf(limit: number | null): DescriptorBudget {
  return new DescriptorBudget({ limit, count: countDescriptors, now: () => performance.now() });
}

/** A sixteenth, for what keeps the program at work. */
function reserveOf(limit: number | null): number {
  return limit === null ? 0 : Math.min(64, Math.max(16, limit >> 4));
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
