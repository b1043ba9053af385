/** A timer that was asked for; cancelling one that has gone off is of no consequence. */
export interface Timer {
  cancel(): void;
}

/**
 * Where the relays take the time from. The shell gets it passed in like everything else it works
 * with, so that the simulation runs the shell that ships, under a clock of its own.
 */
export interface Clock {
  /** Milliseconds that never go back. */
  now(): number;
  /** The time of day, for people; never for a decision. */
  date(): Date;
  /** Calls `ring` once, after `delayMs`. */
  timer(delayMs: number, ring: () => void): Timer;
  /** Calls `go` in another turn of the event loop, when the sockets have been looked at. */
  turn(go: () => void): void;
}
