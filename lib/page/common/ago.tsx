import { useEffect, useState } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import { inTime } from "../../status/words/in_time.ts";
import { everySecond } from "./ticks.ts";

/** What is so short ago counts as this moment: the page is told once a second. */
const NOW_MS = 2_000;

/** For how long it is so, or how long ago it was: counts on by itself. `at`: ms since 1970. */
export function Ago(
  { at, suffix = "", now = "" }: {
    readonly at: number;
    readonly suffix?: string;
    /** What is said of this moment. */
    readonly now?: string;
  },
): JSX.Element {
  const [, setTick] = useState(0);
  useEffect(() => everySecond(() => setTick((tick) => tick + 1)), []);
  const ms = Date.now() - at;
  return <>{now !== "" && ms < NOW_MS ? now : `${wholeTime(ms)}${suffix}`}</>;
}

/** Tenths that jump each second would only be restless. */
function wholeTime(ms: number): string {
  return ms < 10_000 ? `${Math.max(0, Math.round(ms / 1_000))} s` : inTime(ms);
}
