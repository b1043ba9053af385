import type { DecisionSnapshot, ProviderSnapshot } from "../../relay/decision/decision_snapshot.ts";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { errorOf } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { type AskedCnapt, runningCnapt } from "./running_cnapt.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";

/** Probing takes as long as the slowest network is waited for. */
const PROBE_ANSWER_MS = 15_000;

type Decisions = Readonly<Record<string, DecisionSnapshot>>;

/** `cnapt providers`: the table of networks, asked over now when `isProbing`. */
export async function cnaptProviders(
  cnapt: AskedCnapt,
  options: { readonly isJson: boolean; readonly isProbing: boolean },
): Promise<void> {
  const decisions = await readDecisions(cnapt, options.isProbing);
  if (options.isJson) return showDocument("cnapt.providers/1", { sites: decisions });
  for (const [site, { providers }] of Object.entries(decisions)) {
    show(`site ${site}:`);
    for (const line of providerTable(providers)) show(`  ${line}`);
  }
}

async function readDecisions(cnapt: AskedCnapt, isProbing: boolean): Promise<Decisions> {
  const client = runningCnapt(cnapt);
  if (!isProbing) {
    const status: CnaptDocument = JSON.parse(await client.get("/status.json"));
    return status.decisions;
  }
  const answer = await client.post("/probe", {}, PROBE_ANSWER_MS);
  if (answer.code !== 200) throw new CommandFailed(errorOf(answer));
  return JSON.parse(answer.body);
}

/** The table of the networks, a line for each, below a heading. */
export function providerTable(providers: readonly ProviderSnapshot[]): readonly string[] {
  const rows = providers.map((one) => [
    `${one.isCurrent ? "*" : " "} ${one.candidate.key}`,
    one.candidate.type,
    `${one.candidate.priority}`,
    one.candidate.metered ? "metered" : "free",
    reachOf(one),
    numberOf(one.measurement?.roundTripMs, "ms"),
    numberOf(one.measurement?.jitterMs, "ms"),
    numberOf(one.measurement === null ? null : (one.measurement.loss ?? 0) * 100, "%"),
    numberOf(one.measurement?.signalPercent, "%"),
    `${one.standbyLinks}`,
    one.addresses.join(" "),
  ]);
  const heading = [
    "  name",
    "type",
    "prio",
    "cost",
    "SNAPT",
    "trip",
    "jitter",
    "loss",
    "signal",
    "parked",
    "addresses",
  ];
  const all = [heading, ...rows];
  const widths = heading.map((_, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0))
  );
  return all.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()
  );
}

function reachOf({ candidate, measurement }: ProviderSnapshot): string {
  const reach = measurement?.reach;
  switch (reach?.kind) {
    case undefined:
    case "untried":
      return candidate.state === "raisable" ? "not connected" : "not asked yet";
    case "answering":
      return "answers";
    case "silent":
    case "impostor":
      return reach.detail;
  }
}

function numberOf(value: number | null | undefined, unit: string): string {
  return value === null || value === undefined ? "-" : `${Math.round(value)} ${unit}`;
}
