import type { PathHistoryDocument } from "../../status/page/path_history_document.ts";

/** The document's interval is the usual one; another is not mixed with it. */
const SAMPLE_MS = 5_000;
/** More than any terminal shows. */
const KEPT = 200;

/** The round trips of each network, one every few seconds, for a line of bars. */
export class TripHistory {
  readonly #trips = new Map<string, (number | null)[]>();
  #takenAt = -Infinity;

  /** What the program remembers from before it was looked at; of several sites the first that knows. */
  begin({ intervalMs, networks }: Pick<PathHistoryDocument, "intervalMs" | "networks">): void {
    if (intervalMs !== SAMPLE_MS) return;
    for (const { provider, roundTripMs } of networks) {
      const known = this.#trips.get(provider);
      if (known?.some((trip) => trip !== null) === true) continue;
      this.#trips.set(provider, roundTripMs.slice(-KEPT));
    }
  }

  /** Takes them in when it is time for the next sample; `now` in ms that never go back. */
  take(trips: ReadonlyMap<string, number | null>, now: number): void {
    if (now - this.#takenAt < SAMPLE_MS) return;
    this.#takenAt = now;
    for (const provider of new Set([...this.#trips.keys(), ...trips.keys()])) {
      const kept = [...this.#trips.get(provider) ?? [], trips.get(provider) ?? null].slice(-KEPT);
      if (kept.every((trip) => trip === null)) this.#trips.delete(provider);
      else this.#trips.set(provider, kept);
    }
  }

  of(provider: string): readonly (number | null)[] {
    return this.#trips.get(provider) ?? [];
  }
}
