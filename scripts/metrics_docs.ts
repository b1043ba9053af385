/**
 * `deno task docs [--check]`: writes the tables of docs/metrics.md from what the programs tell.
 * `--check` writes nothing and ends with status 1 if the file is stale.
 */
import { CNAPT_METRICS } from "../lib/status/cnapt_metrics.ts";
import type { Metric } from "../lib/status/metric.ts";
import { RELAY_METRICS } from "../lib/status/relay_metrics.ts";
import { SNAPT_METRICS } from "../lib/status/snapt_metrics.ts";
import { withSections, writeSections } from "./generated_sections.ts";

const PAGE = "metrics.md";

type Described = Pick<Metric<never>, "name" | "kind" | "labels" | "help">;

/** What each program tells, by the name of its table. */
export const METRICS_OF: Readonly<Record<"cnapt" | "snapt" | "relay", readonly Described[]>> = {
  cnapt: CNAPT_METRICS,
  snapt: SNAPT_METRICS,
  relay: RELAY_METRICS,
};

/**
 * The text of docs/metrics.md with its generated sections made anew.
 *
 * @throws {TypeError} the markers of a section are not there, or not in their order
 */
export function withTables(text: string): string {
  return withSections(PAGE, text, tables());
}

function tables(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(METRICS_OF).map(([name, metrics]) => [name, tableOf(metrics)]),
  );
}

function tableOf(metrics: readonly Described[]): string {
  const rows = metrics.map(({ name, kind, labels, help }) =>
    `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |`
  );
  return ["| name | kind | labels | what it says |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

/** Writes or checks the file; returns the exit status. */
export async function writeMetrics(args: readonly string[]): Promise<number> {
  return await writeSections(PAGE, tables(), args);
}
