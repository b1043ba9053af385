/** What follows refusals in a row: who restarts is back soon. */
const FIRST_PAUSES_MS = [500, 1_000, 2_000] as const;
/**
 * Then so much, and up to a fifth more. Limits such as that of `ufw limit` (6 connections in 30 s from
 * one address; whoever tries on while he is shut out stays shut out, and each try counts twice) let
 * in who comes so seldom.
 */
const LONG_PAUSE_MS = 10_500;
const SPREAD = 0.2;
/** Events on a network end a pause no more often than this: some networks have one each few seconds. */
const STIRRED_MS = 120_000;

/** How long to keep away from where connections over one network are refused. */
export class RefusalPause {
  readonly #chance: () => number;
  #inARow = 0;
  #until = -Infinity;
  #limitedUntil = -Infinity;
  #stirredAt = -Infinity;

  /** `chance`: evenly from 0 to 1. */
  constructor(chance: () => number) {
    this.#chance = chance;
  }

  /** When the next connection may be tried; in the past while there is nothing against it. */
  get until(): number {
    return this.#until;
  }

  /**
   * The same for a link beside the control link. SNAPT lives then, so whoever refuses counts, and is
   * not to be tried again soon.
   */
  get untilBeside(): number {
    return Math.max(this.#until, this.#limitedUntil);
  }

  /** A link beside a living control link was refused, and not long ago one was taken. */
  limited(now: number): void {
    if (now < this.#limitedUntil) return;
    this.#limitedUntil = now + this.#spread(LONG_PAUSE_MS);
  }

  /** Refusals that come together are one. */
  refused(now: number): void {
    if (now < this.#until) return;
    const ms = FIRST_PAUSES_MS[this.#inARow] ?? LONG_PAUSE_MS;
    this.#inARow += 1;
    this.#until = now + this.#spread(ms);
  }

  /** Something happened to the network: perhaps nobody refuses any more, which is believed now and then. */
  stirred(now: number): void {
    if (now - this.#stirredAt < STIRRED_MS) return;
    this.#stirredAt = now;
    this.reset();
  }

  /** A connection was taken, or what was refused is of no account any more. */
  reset(): void {
    this.#inARow = 0;
    this.#until = -Infinity;
    this.#limitedUntil = -Infinity;
  }

  #spread(ms: number): number {
    return ms * (1 + SPREAD * this.#chance());
  }
}
