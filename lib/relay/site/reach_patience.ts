import type { ReachFailure } from "../network/reach_failures.ts";
import type { Clock } from "../run/clock.ts";
import { SwitchImpossible } from "./switch_impossible.ts";

/** For so long, and at most twice that, a switch waits for a SNAPT that is not reached. */
const PATIENCE_MS = 4_000;

/** What patience depends on. */
export interface ReachPatience {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Why SNAPT is not reached at this moment, as a sentence; null: it is, or there is no telling. */
  readonly unreached: () => string | null;
}

/**
 * Does `work`, and gives it up when SNAPT has not been reached for some seconds: somebody waits for
 * the answer, and a session without a network may last for minutes.
 *
 * @throws {SwitchImpossible} with the sentence, when it was given up
 */
export async function withReachPatience<T>(
  { clock, signal, unreached }: ReachPatience,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const gaveUp = new AbortController();
  let before = unreached();
  const look = () => {
    const now = unreached();
    if (before !== null && now !== null) {
      return gaveUp.abort(new SwitchImpossible(now, "unreached"));
    }
    before = now;
    timer = clock.timer(PATIENCE_MS, look);
  };
  let timer = clock.timer(PATIENCE_MS, look);
  try {
    return await work(AbortSignal.any([signal, gaveUp.signal]));
  } finally {
    timer.cancel();
  }
}

/** The failures in one line, each with its network; empty where there are none. */
export function describeFailures(failures: readonly ReachFailure[]): string {
  return failures.map(({ provider, reason }) => provider === "" ? reason : `${provider}: ${reason}`)
    .join("; ");
}
