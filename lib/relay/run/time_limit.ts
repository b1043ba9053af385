import type { Clock } from "./clock.ts";

/** What limits a piece of work. */
export interface TimeLimit {
  readonly clock: Clock;
  readonly ms: number;
  /** Ends the work as well. */
  readonly signal: AbortSignal;
}

/**
 * Does `work` with a signal that is aborted with a `TimeoutError` after the limit, or with the
 * reason of `limit.signal` when that comes first. When a part of the work has failed, the signal
 * calls off what other parts still do: nobody would get it, nor end it. (`AbortSignal.timeout`
 * would go by the clock of the machine, whatever clock was passed in.)
 */
export async function withinLimit<T>(
  limit: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock, ms, signal } = limit;
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  const timer = clock.timer(ms, () => {
    controller.abort(new DOMException("The time limit has passed", "TimeoutError"));
  });
  try {
    return await work(controller.signal);
  } catch (error) {
    controller.abort();
    throw error;
  } finally {
    timer.cancel();
    signal.removeEventListener("abort", onAbort);
  }
}
