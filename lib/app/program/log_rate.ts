import { sourceKey } from "../../core/access/source_key.ts";
import { hostOf } from "../../net/socket_address.ts";
import type { LogFields } from "../../relay/run/relay_log.ts";

const WINDOW_MS = 60_000;
/** So many lines of one event that one source causes are written in a window. */
const MAX_OF_SOURCE = 40;
/** The same of all sources together: who has many addresses fills no disk either. */
const MAX_OF_EVENT = 200;

/** What of an event was left out of the log. */
export interface FoldedLines {
  readonly event: string;
  readonly more: number;
  /** In seconds, in how long a time. */
  readonly within: number;
}

interface EventCount {
  told: number;
  leftOut: number;
  /** No more than `MAX_OF_EVENT`: a source is remembered when it has a line. */
  readonly bySource: Map<string, number>;
}

/**
 * Bounds how many lines each event and source may write, so that nobody outside fills the disk.
 * What repeats is counted, and told in one line for each event when its minute is over.
 */
export class LogRate {
  #since = -Infinity;
  readonly #events = new Map<string, EventCount>();

  /** Whether this line is to be written. */
  admits(event: string, fields: LogFields): boolean {
    const count = this.#countOf(event);
    const source = sourceOf(fields);
    const told = count.bySource.get(source) ?? 0;
    if (told >= MAX_OF_SOURCE || count.told >= MAX_OF_EVENT) {
      count.leftOut += 1;
      return false;
    }
    count.told += 1;
    count.bySource.set(source, told + 1);
    return true;
  }

  /** What was left out in the window that is over at `now` (ms), if one is; another begins. */
  folded(now: number): readonly FoldedLines[] {
    if (now - this.#since < WINDOW_MS) return [];
    const within = Math.round((now - this.#since) / 1_000);
    this.#since = now;
    const folded = [...this.#events]
      .filter(([, { leftOut }]) => leftOut > 0)
      .map(([event, { leftOut }]) => ({ event, more: leftOut, within }));
    this.#events.clear();
    return folded;
  }

  #countOf(event: string): EventCount {
    const known = this.#events.get(event);
    if (known !== undefined) return known;
    const count = { told: 0, leftOut: 0, bySource: new Map<string, number>() };
    this.#events.set(event, count);
    return count;
  }
}

/** Whose event it is: the host that it comes from, or else the part of the program. */
function sourceOf({ from, client, site, provider, service }: LogFields): string {
  const host = typeof from === "string" ? sourceKey(hostOf(from) || from) : "";
  return [client ?? "", site ?? "", host, provider ?? "", service ?? ""].join("\n");
}
