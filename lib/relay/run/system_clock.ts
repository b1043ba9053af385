import { monotonicMs } from "../../net/clock.ts";
import { nextTurn } from "../../net/next_turn.ts";
import type { Clock } from "./clock.ts";

/** Timers of the runtime cannot wait longer: they would go off at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The clock of the machine. */
export const SYSTEM_CLOCK: Clock = {
  now: monotonicMs,
  date: () => new Date(),
  timer(delayMs, ring) {
    const timer = setTimeout(ring, Math.min(LONGEST_MS, Math.max(0, delayMs)));
    return { cancel: () => clearTimeout(timer) };
  },
  turn(go) {
    void nextTurn().then(go);
  },
};
