import type { HistogramSnapshot } from "../relay/run/histogram.ts";

/**
 * Something that a program tells collectors of metrics, read from a snapshot of it.
 *
 * No label may have values that a peer or a stranger can multiply, and none an address.
 */
export type Metric<Snapshot> = NumberMetric<Snapshot> | HistogramMetric<Snapshot>;

interface Described {
  /** Base units: seconds, bytes. Of a counter it ends with `_total`, of an info with `_info`. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

export interface NumberMetric<Snapshot> extends Described {
  /** A counter only grows while the program runs; an info is 1, and its labels say something. */
  readonly kind: "gauge" | "counter" | "info";
  readonly read: (snapshot: Snapshot) => readonly Reading<number | null>[];
}

export interface HistogramMetric<Snapshot> extends Described {
  readonly kind: "histogram";
  readonly read: (snapshot: Snapshot) => readonly Reading<HistogramSnapshot>[];
}

export interface Reading<Value> {
  /** The values of the labels, in their order. */
  readonly of: readonly string[];
  /** Null: not known, and not said. */
  readonly value: Value;
}

/** A metric and what was read of it. */
export type ReadMetric =
  | (Omit<NumberMetric<never>, "read"> & { readonly readings: readonly Reading<number | null>[] })
  | (
    & Omit<HistogramMetric<never>, "read">
    & { readonly readings: readonly Reading<HistogramSnapshot>[] }
  );

export function readMetrics<Snapshot>(
  metrics: readonly Metric<Snapshot>[],
  snapshot: Snapshot,
): readonly ReadMetric[] {
  return metrics.map((metric) =>
    metric.kind === "histogram"
      ? { ...metric, readings: metric.read(snapshot) }
      : { ...metric, readings: metric.read(snapshot) }
  );
}

/** What has no labels. */
export function only(value: number | null): readonly Reading<number | null>[] {
  return [{ of: [], value }];
}

/** One for each field, whose name is the value of the label. */
export function countsOf(counts: Readonly<Record<string, number>>): readonly Reading<number>[] {
  return Object.entries(counts).map(([name, value]) => ({ of: [name], value }));
}

/** What came from the other program, and what went to it. */
export function bothDirections(
  { inBytes, outBytes }: { readonly inBytes: number; readonly outBytes: number },
): readonly Reading<number>[] {
  return countsOf({ in: inBytes, out: outBytes });
}

/** A time for people in ms, as metrics have it. */
export function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}
