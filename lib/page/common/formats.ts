/** Numbers as people read them; "–" where nothing is known. */
export const UNKNOWN = "–";

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

export function inBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value.toFixed(value < 10 && unit > 0 ? 1 : 0)} ${UNITS[unit]}`;
}

export function inRate(bytesPerSecond: number | null): string {
  return bytesPerSecond === null ? UNKNOWN : `${inBytes(bytesPerSecond)}/s`;
}

/** A round trip or another short time; a tenth of a ms matters only where it is short. */
export function inMs(ms: number | null): string {
  return ms === null ? UNKNOWN : `${ms < 10 ? ms.toFixed(1) : String(Math.round(ms))} ms`;
}

/** A share from 0 to 1. */
export function inPercent(share: number | null): string {
  if (share === null) return UNKNOWN;
  const percent = share * 100;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long something took or takes. */
export function inTime(ms: number): string {
  const time = Math.max(0, ms);
  if (time < 10 * SECOND_MS) return `${(time / SECOND_MS).toFixed(1)} s`;
  if (time < 2 * MINUTE_MS) return `${Math.round(time / SECOND_MS)} s`;
  if (time < 2 * HOUR_MS) return `${Math.round(time / MINUTE_MS)} min`;
  if (time < 2 * DAY_MS) return `${Math.round(time / HOUR_MS)} h`;
  return `${Math.round(time / DAY_MS)} days`;
}

/** The time of day, with its day when that is another one than `now`'s; `zone`: where, else here. */
export function timeOfDay(at: string | number, now: number, zone?: string): string {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) return UNKNOWN;
  const part = (date: Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone }).format(date);
  const time = part(when, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const day = (date: Date) => part(date, { day: "numeric", month: "short" });
  return day(when) === day(new Date(now)) ? time : `${day(when)}, ${time}`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
