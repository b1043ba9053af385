/** Milliseconds of a clock that never goes back, whatever is done to the time of day. */
export function monotonicMs(): number {
  return performance.now();
}
