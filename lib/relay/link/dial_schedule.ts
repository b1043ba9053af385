import type { DialOutcome } from "./dial_outcome.ts";
import type { RefusalPause } from "./refusal_pause.ts";

/** The next dial is begun so long after the one before, whatever became of that. */
const STEP_MS = 1_000;
/** After so many the steps are longer: who is away for long is not missed by the second. */
const SHORT_STEPS = 10;
const LONG_STEP_MS = 2_000;
const LONG_STEP_SPREAD_MS = 500;
/**
 * After so many, about two hours of them, they are rare: who is away for a night has to spare the
 * battery, and a network that comes is an event.
 */
const LONG_STEPS = 3_000;
const RARE_STEP_MS = 10_000;
/** A dial that failed by itself costs nothing and is repeated sooner. */
const AGAIN_MS = 500;
/** After an event on the network: what it led to may take a moment. */
const HURRIED_MS = [0, 100, 300] as const;

/**
 * When the next dial over one network is due, while SNAPT is looked for there. None waits for what
 * became of those before: the system repeats its packets ever more seldom, and a new dial is there
 * one round trip after the network. Only where connections are refused it waits.
 */
export class DialSchedule {
  readonly #chance: () => number;
  readonly #refusals: RefusalPause;
  #begun = 0;
  /** How many of them since something happened to the network. */
  #inVain = 0;
  #nextAt: number;
  #hurriedAt: readonly number[] = [];
  #heldUntil = -Infinity;

  /** The first dial is due when `refusals` allow. `chance`: evenly from 0 to 1. */
  constructor(now: number, refusals: RefusalPause, chance: () => number) {
    this.#chance = chance;
    this.#refusals = refusals;
    this.#nextAt = Math.max(now, refusals.until);
  }

  /** The first dial may not be needed: none is due before `until`, or `release`. */
  holdBack(until: number): void {
    this.#heldUntil = until;
  }

  release(): void {
    this.#heldUntil = -Infinity;
  }

  get dueAt(): number {
    return Math.max(Math.min(this.#nextAt, ...this.#hurriedAt), this.#heldUntil);
  }

  /** How many dials were begun. */
  get begunCount(): number {
    return this.#begun;
  }

  begun(now: number): void {
    this.#begun += 1;
    this.#inVain += 1;
    this.#hurriedAt = this.#hurriedAt.filter((at) => at > now);
    this.#nextAt = Math.max(now + this.#step(), this.#refusals.until);
  }

  failed(outcome: DialOutcome, now: number): void {
    switch (outcome) {
      case "refused":
        this.#hurriedAt = [];
        this.#nextAt = Math.max(now, this.#refusals.until);
        return;
      case "unreachable":
        if (this.#isRare) return;
        this.#nextAt = Math.min(this.#nextAt, now + (this.#isLong ? STEP_MS : AGAIN_MS));
        return;
      case "unanswered":
        return;
    }
  }

  /** Something happened to the network: it is tried now and twice soon after. */
  hurry(now: number): void {
    this.#inVain = 0;
    if (now >= this.#refusals.until) this.#hurriedAt = HURRIED_MS.map((ms) => now + ms);
  }

  get #isLong(): boolean {
    return this.#begun > SHORT_STEPS;
  }

  get #isRare(): boolean {
    return this.#inVain > LONG_STEPS;
  }

  #step(): number {
    if (this.#isRare) return RARE_STEP_MS;
    return this.#isLong ? LONG_STEP_MS + LONG_STEP_SPREAD_MS * this.#chance() : STEP_MS;
  }
}
