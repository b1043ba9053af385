import type { Notice } from "../../core/notice/notice.ts";
import type { PathHistoryDocument, PathSwitch } from "../page/path_history_document.ts";
import { type PathSample, SampleRing } from "./sample_ring.ts";

/** Between two samples. */
export const SAMPLE_MS = 5_000;
/** An hour. */
const SAMPLES = 720;
/** So many pairs of a site and a network are remembered; the one unseen for longest makes room, none that is there. */
const MAX_NETWORKS = 32;
/** More switches than a network that flaps every five seconds makes in an hour. */
const MAX_SWITCHES = SAMPLES;
const HOUR_MS = SAMPLES * SAMPLE_MS;

/** How a network of a site is at the moment. */
export interface NetworkReading extends PathSample {
  readonly site: string;
  readonly provider: string;
}

interface Series {
  readonly site: string;
  readonly provider: string;
  readonly ring: SampleRing;
}

/** How the networks were over the last hour, in memory that has a bound. */
export class PathHistory {
  readonly #times = new Float64Array(SAMPLES);
  readonly #series = new Map<string, Series>();
  #count = 0;
  #switches: PathSwitch[] = [];
  #text: { readonly json: string; readonly count: number; readonly switches: number } | null = null;
  #switched = 0;

  /** Takes a sample of every network that there is. */
  sample(at: Date, readings: readonly NetworkReading[]): void {
    this.#times[this.#count % SAMPLES] = at.getTime();
    for (const reading of readings) this.#seriesOf(reading)?.ring.put(this.#count, reading);
    this.#count += 1;
    this.#text = null;
  }

  /** Remembers a notice that tells of a switch; others are left alone. */
  noticed({ event, at, site, from, provider, switchKind, stallMs, reason }: Notice): void {
    if (event !== "switched" || switchKind === null) return;
    this.#switched += 1;
    this.#switches = [
      ...this.#switches.slice(1 - MAX_SWITCHES),
      { at, site, from, to: provider, kind: switchKind, stallMs, reason },
    ];
  }

  /** The document as JSON, rendered once for all who ask between two samples. */
  json(now: Date): string {
    const known = this.#text;
    if (known?.count === this.#count && known.switches === this.#switched) return known.json;
    const json = JSON.stringify(this.#document(now));
    this.#text = { json, count: this.#count, switches: this.#switched };
    return json;
  }

  #document(now: Date): PathHistoryDocument {
    const first = this.#first();
    const numbers = Array.from({ length: this.#count - first }, (_, index) => first + index);
    const begin = new Date(now.getTime() - HOUR_MS).toISOString();
    return {
      schema: "cnapt.history/1",
      intervalMs: SAMPLE_MS,
      times: numbers.map((number) => this.#times[number % SAMPLES] ?? 0),
      networks: [...this.#series.values()].flatMap(({ site, provider, ring }) =>
        ring.last < first ? [] : [{ site, provider, ...ring.lists(numbers) }]
      ),
      switches: this.#switches.filter(({ at }) => at >= begin),
    };
  }

  /** The number of the oldest sample that counts: a clock that was set back begins anew. */
  #first(): number {
    const oldest = Math.max(0, this.#count - SAMPLES);
    const at = (number: number) => this.#times[number % SAMPLES] ?? 0;
    let first = Math.max(0, this.#count - 1);
    while (first > oldest && at(first - 1) <= at(first)) first -= 1;
    return first;
  }

  /** Null: there is no room for it. */
  #seriesOf({ site, provider }: NetworkReading): Series | null {
    const key = JSON.stringify([site, provider]);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size >= MAX_NETWORKS && !this.#hasForgotten()) return null;
    const made = { site, provider, ring: new SampleRing(SAMPLES) };
    this.#series.set(key, made);
    return made;
  }

  /** Whether the one unseen for longest was forgotten; false: all were there a sample ago. */
  #hasForgotten(): boolean {
    const [oldest] = [...this.#series].sort(([, a], [, b]) => a.ring.last - b.ring.last);
    if (oldest === undefined || oldest[1].ring.last >= this.#count - 1) return false;
    return this.#series.delete(oldest[0]);
  }
}
