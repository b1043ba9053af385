/**
 * `deno task docs [--check]`: writes the tables of docs/metrics.md from what the programs tell.
 * `--check` writes nothing and ends with status 1 if the file is stale.
 */
import { parseArgs } from "node:util";
import { CNAPT_METRICS } from "../lib/status/cnapt_metrics.ts";
import type { Metric } from "../lib/status/metric.ts";
import { RELAY_METRICS } from "../lib/status/relay_metrics.ts";
import { SNAPT_METRICS } from "../lib/status/snapt_metrics.ts";

const FILE = new URL("../docs/metrics.md", import.meta.url);

type Described = Pick<Metric<never>, "name" | "kind" | "labels" | "help">;

/** What each program tells, by the name of its table. */
export const METRICS_OF: Readonly<Record<"cnapt" | "snapt" | "relay", readonly Described[]>> = {
  cnapt: CNAPT_METRICS,
  snapt: SNAPT_METRICS,
  relay: RELAY_METRICS,
};

/**
 * The text of docs/metrics.md with its tables made anew.
 *
 * @throws {TypeError} the markers of a table are not there, or not in their order
 */
export function withTables(text: string): string {
  let result = text;
  for (const [name, metrics] of Object.entries(METRICS_OF)) {
    const begin = `<!-- generated ${name}: deno task docs -->\n<!-- deno-fmt-ignore-start -->\n`;
    const end = `\n<!-- deno-fmt-ignore-end -->\n<!-- end of ${name} -->`;
    const from = result.indexOf(begin);
    const to = result.indexOf(end, from);
    if (from < 0 || to < 0) {
      throw new TypeError(`Cannot generate ${name}: docs/metrics.md lacks its markers`);
    }
    result = `${result.slice(0, from)}${begin}\n${tableOf(metrics)}\n${result.slice(to)}`;
  }
  return result;
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
  const { values } = parseArgs({
    args: [...args],
    options: { check: { type: "boolean", default: false } },
  });
  const current = await Deno.readTextFile(FILE);
  const wanted = withTables(current);
  if (current === wanted) {
    console.log("docs/metrics.md is as the metrics are");
    return 0;
  }
  if (values.check) {
    console.error(
      "Cannot accept docs/metrics.md: the metrics have changed; run `npx -y deno@2.9.4 task docs`",
    );
    return 1;
  }
  await Deno.writeTextFile(FILE, wanted);
  console.log("wrote docs/metrics.md");
  return 0;
}
