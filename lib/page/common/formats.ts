import { inBytesPerSecond } from "../../status/words/describe_rate.ts";
import { inRoundTrip } from "../../status/words/in_time.ts";

/** What stands where nothing is known. */
export const UNKNOWN = "–";

export function inRate(bytesPerSecond: number | null): string {
  return bytesPerSecond === null ? UNKNOWN : inBytesPerSecond(bytesPerSecond);
}

/** A round trip or another short time. */
export function inMs(ms: number | null): string {
  return ms === null ? UNKNOWN : inRoundTrip(ms);
}

/** A share from 0 to 1. */
export function inPercent(share: number | null): string {
  if (share === null) return UNKNOWN;
  const percent = share * 100;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
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
