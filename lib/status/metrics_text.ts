/**
 * Metrics as text, in the format of Prometheus (version 0.0.4) and in OpenMetrics (version 1.0.0),
 * which every collector of today understands when it asks for it.
 */
import type { HistogramSnapshot } from "../relay/run/histogram.ts";
import type { Reading, ReadMetric } from "./metric.ts";

export type MetricsForm = "prometheus" | "openmetrics";

export const METRICS_TYPE: Readonly<Record<MetricsForm, string>> = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** What a name ends with when OpenMetrics is to be told the unit. */
const UNITS = ["seconds", "bytes", "ratio"] as const;

/** Those of which nothing is known are left out. */
export function metricsText(
  metrics: readonly ReadMetric[],
  form: MetricsForm = "prometheus",
): string {
  const lines = metrics.flatMap((metric) => {
    const samples = samplesOf(metric);
    return samples.length === 0 ? [] : [...headOf(metric, form), ...samples];
  });
  if (form === "openmetrics") lines.push("# EOF");
  return lines.map((line) => `${line}\n`).join("");
}

function headOf(metric: ReadMetric, form: MetricsForm): readonly string[] {
  const { name, help, kind } = metric;
  if (form === "prometheus") {
    return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind === "info" ? "gauge" : kind}`];
  }
  // There the name is that of the family, and the samples have the ending.
  const family = name.replace(kind === "counter" ? /_total$/ : kind === "info" ? /_info$/ : "", "");
  const unit = UNITS.find((one) => family.endsWith(`_${one}`));
  return [
    `# HELP ${family} ${help}`,
    `# TYPE ${family} ${kind}`,
    ...unit === undefined ? [] : [`# UNIT ${family} ${unit}`],
  ];
}

function samplesOf(metric: ReadMetric): readonly string[] {
  const { name, labels } = metric;
  if (metric.kind === "histogram") {
    return metric.readings.flatMap((reading) => histogramLines(name, labels, reading));
  }
  return metric.readings.flatMap(({ of, value }) =>
    value === null ? [] : [`${name}${labelsText(labels, of)} ${value}`]
  );
}

function histogramLines(
  name: string,
  labels: readonly string[],
  { of, value: { bounds, upTo, count, sum } }: Reading<HistogramSnapshot>,
): readonly string[] {
  const bucket = (bound: string, value: number) =>
    `${name}_bucket${labelsText([...labels, "le"], [...of, bound])} ${value}`;
  const own = labelsText(labels, of);
  return [
    ...bounds.map((bound, index) => bucket(boundText(bound), upTo[index] ?? 0)),
    bucket("+Inf", count),
    `${name}_sum${own} ${sum}`,
    `${name}_count${own} ${count}`,
  ];
}

/** OpenMetrics wants a point in it, and the series must be the same ones in both forms. */
function boundText(bound: number): string {
  return Number.isInteger(bound) ? `${bound}.0` : `${bound}`;
}

function labelsText(names: readonly string[], values: readonly string[]): string {
  const all = names.map((name, index) =>
    `${name}="${
      (values[index] ?? "").replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")
    }"`
  );
  return all.length === 0 ? "" : `{${all.join(",")}}`;
}
