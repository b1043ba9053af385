/** Metrics in the text format of Prometheus, version 0.0.4. */

export interface Metric {
  /** Base units: seconds, bytes. */
  readonly name: string;
  readonly help: string;
  /** A counter only grows while the program runs. */
  readonly kind: "gauge" | "counter";
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  /** Null: not known, and not said. */
  readonly value: number | null;
}

export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Those of which nothing is known are left out. */
export function metricsText(metrics: readonly Metric[]): string {
  return metrics.flatMap(({ name, help, kind, samples }) => {
    const lines = samples.flatMap(({ labels = {}, value }) =>
      value === null ? [] : [`${name}${labelsText(labels)} ${value}`]
    );
    return lines.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines];
  }).map((line) => `${line}\n`).join("");
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const all = Object.entries(labels).map(([name, value]) =>
    `${name}="${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`
  );
  return all.length === 0 ? "" : `{${all.join(",")}}`;
}

/** One sample for each thing that has a name, under this label. */
export function samplesOf<T>(
  label: string,
  all: readonly T[],
  nameOf: (one: T) => string,
  valueOf: (one: T) => number | null,
): readonly Sample[] {
  return all.map((one) => ({ labels: { [label]: nameOf(one) }, value: valueOf(one) }));
}

/** One sample for each field, under this label. */
export function countsOf(label: string, counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

/** A time for people in ms, as metrics have it. */
export function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}
