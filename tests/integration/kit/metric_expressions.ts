import { METRICS_OF } from "../../../scripts/metrics_docs.ts";

/** What the programs tell, by its name, with its labels. */
const KNOWN = new Map(
  Object.values(METRICS_OF).flat().map(({ name, kind, labels }) => [name, { kind, labels }]),
);

/** What Prometheus puts on each series, and on those of histograms. */
const LABELS_OF_ITS_OWN = ["instance", "job", "le"];

/**
 * What is wrong with the names in an expression of the query language: metrics and labels that no
 * program tells. A sentence for each; empty: nothing.
 */
export function unknownNames(expression: string): readonly string[] {
  const names = [...expression.matchAll(/\b(?:cnapt|snapt)_[a-z_]+/g)].map(([name]) => name);
  const labels = [
    ...[...expression.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, name = ""]) => name),
    ...[...expression.matchAll(/\b(?:by|without)\s*\(([^)]*)\)/g)]
      .flatMap(([, list = ""]) => list.split(",").map((name) => name.trim())),
  ];
  const metrics = names.map((name) => [name, metricOf(name)] as const);
  const allowed = new Set([
    ...LABELS_OF_ITS_OWN,
    ...metrics.flatMap(([, metric]) => metric?.labels ?? []),
  ]);
  return [
    ...metrics.flatMap(([name, metric]) => metric === undefined ? [`no metric ${name}`] : []),
    ...labels.filter((label) => !allowed.has(label)).map((label) => `no label ${label}`),
  ];
}

function metricOf(name: string) {
  const whole = KNOWN.get(name);
  if (whole !== undefined) return whole.kind === "histogram" ? undefined : whole;
  const histogram = KNOWN.get(name.replace(/_(bucket|sum|count)$/, ""));
  return histogram?.kind === "histogram" ? histogram : undefined;
}
