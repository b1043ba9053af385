import type { LogLevel } from "../../config/log_config.ts";
import { sourceKey } from "../../core/access/source_key.ts";
import { hostOf } from "../../net/socket_address.ts";
import type { EventName } from "../../relay/events/log_events.ts";
import type { LogFields } from "../../relay/run/relay_log.ts";

const WINDOW_MS = 60_000;
/** So many lines of one event are written in a window. */
interface Most {
  /** That one source causes. */
  readonly ofSource: number;
  /** Of all sources together: who has many addresses fills no disk either. */
  readonly ofEvent: number;
}
const AT_FIRST: Most = { ofSource: 40, ofEvent: 200 };
/** Of what was too much in the window before: what goes on for days is known by then. */
const GOING_ON: Most = { ofSource: 4, ofEvent: 20 };
/** So many sources are told by name, in lines of their own. */
const NAMED_SOURCES = 3;

/** What of an event was left out of the log. */
export interface FoldedLines {
  readonly level: LogLevel;
  readonly event: EventName;
  readonly more: number;
  /** In seconds, in how long a time. */
  readonly within: number;
  /** Whose it was, as fields; none where it was of many, or of nobody. */
  readonly source: LogFields;
  /** All in a sentence. */
  readonly sentence: string;
}

interface SourceCount {
  readonly source: LogFields;
  readonly most: number;
  told: number;
  leftOut: number;
}

interface EventCount {
  readonly level: LogLevel;
  readonly event: EventName;
  readonly most: number;
  told: number;
  leftOut: number;
  /** Those that have a line, and those that had too many in the window before: both are bounded. */
  readonly bySource: Map<string, SourceCount>;
}

/**
 * Bounds how many lines each event and source may write, so that nobody outside fills the disk.
 * What repeats is counted, and told when its minute is over, with whose it was.
 */
export class LogRate {
  #since = -Infinity;
  /** By level and event: what is known already is told more quietly, and hides nothing new. */
  #events: ReadonlyMap<string, EventCount> = new Map();

  /** Whether this line is to be written. */
  admits(level: LogLevel, event: EventName, fields: LogFields): boolean {
    const count = this.#countOf(level, event);
    const source = sourceOf(fields);
    const key = JSON.stringify(source);
    const known = count.bySource.get(key);
    const told = known?.told ?? 0;
    if (told >= (known?.most ?? AT_FIRST.ofSource) || count.told >= count.most) {
      count.leftOut += 1;
      if (known !== undefined) known.leftOut += 1;
      return false;
    }
    count.told += 1;
    if (known !== undefined) known.told += 1;
    else count.bySource.set(key, { source, most: AT_FIRST.ofSource, told: 1, leftOut: 0 });
    return true;
  }

  /** What was left out in the window that is over at `now` (ms), if one is; another begins. */
  folded(now: number): readonly FoldedLines[] {
    if (now - this.#since < WINDOW_MS) return [];
    const within = Math.round((now - this.#since) / 1_000);
    this.#since = now;
    const busy = [...this.#events].filter(([, { leftOut }]) => leftOut > 0);
    this.#events = new Map(busy.map(([key, count]) => [key, goingOn(count)]));
    return busy.flatMap(([, count]) => foldedOf(count, within));
  }

  #countOf(level: LogLevel, event: EventName): EventCount {
    const key = `${level} ${event}`;
    const known = this.#events.get(key);
    if (known !== undefined) return known;
    const bySource = new Map<string, SourceCount>();
    const count = { level, event, most: AT_FIRST.ofEvent, told: 0, leftOut: 0, bySource };
    this.#events = new Map([...this.#events, [key, count]]);
    return count;
  }
}

/** The next window of an event that was too much. */
function goingOn({ level, event, most, told, bySource }: EventCount): EventCount {
  const busy = loudest(bySource).slice(0, AT_FIRST.ofEvent);
  return {
    ...{ level, event, told: 0, leftOut: 0 },
    most: told >= most ? GOING_ON.ofEvent : AT_FIRST.ofEvent,
    bySource: new Map(
      busy.map(([key, { source }]) => [
        key,
        { source, most: GOING_ON.ofSource, told: 0, leftOut: 0 },
      ]),
    ),
  };
}

/** The sources of which something was left out, those of most first. */
function loudest(bySource: EventCount["bySource"]): readonly (readonly [string, SourceCount])[] {
  return [...bySource].filter(([, { leftOut }]) => leftOut > 0)
    .toSorted(([, a], [, b]) => b.leftOut - a.leftOut);
}

function foldedOf(count: EventCount, within: number): readonly FoldedLines[] {
  const { level, event, leftOut, bySource } = count;
  const named = loudest(bySource).slice(0, NAMED_SOURCES).map(([, one]) => one);
  const others = leftOut - named.reduce((sum, one) => sum + one.leftOut, 0);
  const about = { level, event, within };
  const of = (more: number, from: string) =>
    `${event.replaceAll("-", " ")}: ${more} more${from} in ${within} s`;
  return [
    ...named.map(({ leftOut: more, source }) => ({
      ...about,
      more,
      source,
      sentence: of(more, whose(source)),
    })),
    ...others === 0 ? [] : [{
      ...about,
      more: others,
      source: {},
      sentence: of(others, named.length === 0 ? " from many" : " from others"),
    }],
  ];
}

function whose(source: LogFields): string {
  const [name] = [source.client, source.from, source.snapt, source.provider, source.site]
    .filter((one) => one !== undefined);
  return name === undefined ? "" : ` from ${name}`;
}

/** Whose event it is: the CNAPT, the host that it comes from, or else the part of the program. */
function sourceOf({ client, from, snapt, site, provider, relay }: LogFields): LogFields {
  if (client !== undefined && client !== "") return { client };
  if (typeof from === "string" && from !== "") return { from: hostKey(from) };
  return { snapt, site, provider, relay };
}

/** `from` has a port, or none, or is no address. */
function hostKey(from: string): string {
  const bare = sourceKey(from);
  return bare === from ? sourceKey(hostOf(from) || from) : bare;
}
