import { CompressionCounts, type CompressionSnapshot } from "./compression_counts.ts";

/** Destinations are chosen by applications: so many names are told apart, the others are one. */
const MAX_NAMES = 256;
const OTHERS = "others";

/** What packing did for each service since the start, across sessions. */
export class CompressionTotals {
  readonly #services = new Map<string, CompressionCounts>();

  of(service: string): CompressionCounts {
    const known = this.#services.get(service);
    if (known !== undefined) return known;
    if (this.#services.size >= MAX_NAMES && service !== OTHERS) return this.of(OTHERS);
    const counts = new CompressionCounts();
    this.#services.set(service, counts);
    return counts;
  }

  snapshot(): Readonly<Record<string, CompressionSnapshot>> {
    return Object.fromEntries(
      [...this.#services].map(([service, counts]) => [service, counts.snapshot()]),
    );
  }
}
