const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long something takes or took, for people; `ms` below nothing counts as nothing. */
export function inTime(ms: number): string {
  const time = Math.max(0, ms);
  if (time < 10 * SECOND_MS) return `${(time / SECOND_MS).toFixed(1)} s`;
  if (time < 2 * MINUTE_MS) return `${Math.round(time / SECOND_MS)} s`;
  if (time < 2 * HOUR_MS) return `${Math.round(time / MINUTE_MS)} min`;
  if (time < 2 * DAY_MS) return `${Math.round(time / HOUR_MS)} h`;
  return `${Math.round(time / DAY_MS)} days`;
}

/** A round trip: a tenth of a ms matters only where it is short. */
export function inRoundTrip(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : String(Math.round(ms))} ms`;
}

/** How long a connection stood still: to a tenth of a ms, as receipts have it, unless it is long. */
export function inStall(ms: number): string {
  return ms < 10 * SECOND_MS ? `${ms} ms` : inTime(ms);
}
