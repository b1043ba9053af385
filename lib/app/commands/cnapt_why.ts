import type { CnaptConfig } from "../../config/cnapt_config.ts";
import type { IndexName } from "../../core/decision/measurement.ts";
import type { DecisionEntry } from "../../relay/decision/decision_log.ts";
import type { DecisionSnapshot, ProviderSnapshot } from "../../relay/decision/decision_snapshot.ts";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { describeRate } from "./describe_rate.ts";
import { describeConfirmation } from "./describe_confirmation.ts";
import { clientOf } from "./cnapt_commands.ts";
import { printable } from "../program/printable.ts";
import { errorOf } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";

/** Probing takes as long as the slowest network is waited for. */
const PROBE_ANSWER_MS = 15_000;

type Decisions = Readonly<Record<string, DecisionSnapshot>>;

/** `cnapt why`: which network, why, what speaks against each, and the last decisions. */
export async function cnaptWhy(config: CnaptConfig, isJson: boolean): Promise<void> {
  const status: CnaptDocument = JSON.parse(await clientOf(config).get("/status.json"));
  if (isJson) return console.log(JSON.stringify(status.decisions));
  for (const [site, decision] of Object.entries(status.decisions)) {
    const asked = status.questions.filter(({ sites }) => sites.includes(site))
      .map((question) => `  asks: ${describeConfirmation(question)}`);
    const rate = describeRate(status.sites[site]?.achievedBytesPerSecond ?? null);
    for (const line of explain(site, decision, asked, rate)) console.log(printable(line));
  }
}

/** `cnapt providers`: the table of networks, asked over now when `isProbing`. */
export async function cnaptProviders(
  config: CnaptConfig,
  options: { readonly isJson: boolean; readonly isProbing: boolean },
): Promise<void> {
  const decisions = await readDecisions(config, options.isProbing);
  if (options.isJson) return console.log(JSON.stringify(decisions));
  for (const [site, { providers }] of Object.entries(decisions)) {
    console.log(`site ${site}:`);
    for (const line of asTable(providers)) console.log(printable(`  ${line}`));
  }
}

/** `cnapt switch --auto`: the decision task is free again. */
export async function cnaptRelease(config: CnaptConfig): Promise<void> {
  const answer = await clientOf(config).post("/release", {});
  if (answer.code !== 200) throw new CommandFailed(errorOf(answer));
  console.log("CNAPT decides by itself again, as `decision.mode` has it.");
}

async function readDecisions(config: CnaptConfig, isProbing: boolean): Promise<Decisions> {
  const client = clientOf(config);
  if (!isProbing) {
    const status: CnaptDocument = JSON.parse(await client.get("/status.json"));
    return status.decisions;
  }
  const answer = await client.post("/probe", {}, PROBE_ANSWER_MS);
  if (answer.code !== 200) throw new CommandFailed(errorOf(answer));
  return JSON.parse(answer.body);
}

function explain(
  site: string,
  decision: DecisionSnapshot,
  asked: readonly string[],
  rate: string,
): readonly string[] {
  const { mode, chosen, stableMs, thresholds, providers, decisions } = decision;
  const here = providers.find((one) => one.isCurrent);
  const last = decisions.at(-1);
  const isChosen = chosen === null
    ? ""
    : `, ${chosen} was asked for (cnapt switch --auto ends that)`;
  const lines = [
    `site ${site}: on ${here?.candidate.key ?? "no network"}, ${mode} mode${isChosen}`,
    ...(rate === "" ? [] : [`  ${rate} in the best of the last ten seconds`]),
    ...(last === undefined ? [] : [`  ${inWords(last)}`]),
    ...asked,
    `  points against each network, fewest first; ${stableMs / 1_000} s well before it is gone to:`,
  ];
  const scored = [...providers].sort((a, b) =>
    (a.score?.total ?? Infinity) - (b.score?.total ?? Infinity)
  );
  for (const { candidate, score, quality, measurement, stableMs: since } of scored) {
    const parts = score?.parts.map(({ name, points }) => `${name} ${Math.round(points)}`) ?? [];
    const counters = measurement !== null && "detail" in measurement.reach
      ? measurement.reach.detail
      : candidate.state === "raisable"
      ? "not connected; its command is run when it is needed"
      : quality === null
      ? "not measured"
      : `${quality.level}, ${quality.beyondWarning} of ${thresholds.worseCount} beyond warning, ` +
        `${quality.beyondCritical} beyond critical, ${quality.recovering} of ` +
        `${thresholds.betterCount} recovering`;
    const well = since === null ? "" : `, well for ${Math.round(since / 1_000)} s`;
    const total = score === null ? "-" : String(Math.round(score.total));
    lines.push(`    ${candidate.key.padEnd(12)} ${total.padStart(6)}  (${parts.join(", ")})`);
    lines.push(`    ${"".padEnd(12)}         ${counters}${well}`);
  }
  lines.push("  thresholds (warning, and what ends it; critical, and what ends it):");
  const indexes: readonly (readonly [IndexName, string])[] = [
    ["roundTripMs", "round trip in ms"],
    ["jitterMs", "jitter in ms"],
    ["loss", "loss as a share"],
    ["signalPercent", "signal in %"],
  ];
  for (const [index, name] of indexes) {
    const { warning, warningRecovery, critical, criticalRecovery } = thresholds.limits[index];
    lines.push(
      `    ${name.padEnd(18)} ${warning}, ${warningRecovery}; ${critical}, ${criticalRecovery}`,
    );
  }
  lines.push("  last decisions:");
  for (const one of decisions) lines.push(`    ${one.at} ${inWords(one)}`);
  return lines;
}

function inWords({ kind, on, to, reasons }: DecisionEntry): string {
  const why = reasons.map(({ text }) => text).join("; ");
  switch (kind) {
    case "keep":
      return `stays on ${on}: ${why}`;
    case "suggest":
      return `suggests ${to} (cnapt confirm ${to}, or switch ${to}): ${why}`;
    case "planned":
    case "sudden":
      return `leaves ${on} for ${to}: ${why}`;
  }
}

function asTable(providers: readonly ProviderSnapshot[]): readonly string[] {
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
