import { unreachable } from "../../core/exhaustive.ts";
import { reasonsInWords } from "../../core/decision/reason.ts";
import type { IndexName } from "../../core/decision/measurement.ts";
import type { DecisionEntry } from "../../relay/decision/decision_log.ts";
import type { DecisionSnapshot, ProviderSnapshot } from "../../relay/decision/decision_snapshot.ts";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { describeConfirmation } from "../../status/words/describe_confirmation.ts";
import { describeNetwork } from "../../status/words/describe_network.ts";
import { describeRate, inBytesPerSecond } from "../../status/words/describe_rate.ts";
import { type AskedCnapt, runningCnapt } from "./running_cnapt.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";

/** `cnapt why`: which network, why, how the others stand, and the last decisions. */
export async function cnaptWhy(
  cnapt: AskedCnapt,
  { isJson, isVerbose }: { readonly isJson: boolean; readonly isVerbose: boolean },
): Promise<void> {
  const status: CnaptDocument = JSON.parse(await runningCnapt(cnapt).get("/status.json"));
  if (isJson) return showDocument("cnapt.why/1", { sites: status.decisions });
  for (const [site, decision] of Object.entries(status.decisions)) {
    const asked = status.questions.filter(({ sites }) => sites.includes(site))
      .map(describeConfirmation);
    const rate = describeRate(status.sites[site]?.achievedBytesPerSecond ?? null);
    const refusal = status.sites[site]?.refusal?.sentence ?? "";
    const aside = { asked, rate, noNetworkSince: status.noNetworkSince, refusal };
    const lines = isVerbose ? explain(site, decision, aside) : sayWhy(site, decision, aside);
    for (const line of lines) show(line);
  }
}

const MODES = {
  manual: "CNAPT asks before it moves (`decision: { mode: manual }`)",
  off: "CNAPT does not choose by itself (`decision: { mode: off }`)",
} as const;

/** What is known beside the decision itself. */
export interface DecisionAside {
  /** What a person is asked about this site. */
  readonly asked: readonly string[];
  /** What applications achieve, in words; empty where too little was sent to tell. */
  readonly rate: string;
  /** Since when this machine has no network at all; null: it has. */
  readonly noNetworkSince: string | null;
  /** Why SNAPT refuses this CNAPT, so that no network is of use; empty: it does not. */
  readonly refusal: string;
}

/** The sentences about one site. */
export function sayWhy(
  site: string,
  decision: DecisionSnapshot,
  { asked, rate, noNetworkSince, refusal }: DecisionAside,
): readonly string[] {
  const { chosen, mode, stableMs, providers, decisions } = decision;
  const here = providers.find(({ isCurrent }) => isCurrent) ?? null;
  const last = decisions.at(-1);
  const others = providers.filter((one) => one !== here);
  return [
    ...headlines(site, whereWords(here, last), { noNetworkSince, refusal }),
    ...(chosen === null ? [] : [
      `  ${chosen} was asked for: CNAPT ${
        here?.candidate.key === chosen ? "stays there" : "goes back there once it is well,"
      } until \`cnapt switch --auto\``,
    ]),
    ...(mode === "automatic" ? [] : [`  ${MODES[mode]}`]),
    ...(rate === "" ? [] : [`  ${rate} in the best of the last ten seconds`]),
    ...asked.map((question) => `  asks: ${question}`),
    ...(here === null ? [] : [`  ${describeNetwork(here, here, stableMs)}`]),
    ...others.map((one) => `  ${describeNetwork(one, here, stableMs)}`),
    ...(decisions.length < 2 ? [] : [
      "  last decisions:",
      ...decisions.map((entry) => `    ${entry.at} ${inWords(entry)}`),
    ]),
  ];
}

/** Where a site is: what the decision said last is of no use where nothing can be decided. */
function headlines(
  site: string,
  where: string,
  { noNetworkSince, refusal }: Pick<DecisionAside, "noNetworkSince" | "refusal">,
): readonly string[] {
  if (noNetworkSince !== null) {
    return [
      `site ${site} has no network`,
      `  this machine has none since ${noNetworkSince}; the first that comes is used`,
    ];
  }
  return [`site ${site} ${refusal === "" ? where : `refuses this CNAPT: ${refusal}`}`];
}

function whereWords(here: ProviderSnapshot | null, last: DecisionEntry | undefined): string {
  if (last?.kind === "keep") return inWords(last);
  const where = here === null ? "has no network" : `is on ${here.candidate.key}`;
  return last === undefined ? where : `${where}: CNAPT ${inWords(last)}`;
}

/** The lines about one site with all numbers: points, counts and thresholds. */
export function explain(
  site: string,
  decision: DecisionSnapshot,
  { asked, rate, noNetworkSince }: DecisionAside,
): readonly string[] {
  const { mode, chosen, stableMs, providers, decisions } = decision;
  const here = providers.find(({ isCurrent }) => isCurrent);
  const last = decisions.at(-1);
  const isChosen = chosen === null
    ? ""
    : `, ${chosen} was asked for (cnapt switch --auto ends that)`;
  const fewestFirst = [...providers].sort((a, b) =>
    (a.score?.total ?? Infinity) - (b.score?.total ?? Infinity)
  );
  return [
    `site ${site}: on ${here?.candidate.key ?? "no network"}, ${mode} mode${isChosen}`,
    ...(noNetworkSince === null ? [] : [
      `  this machine has no network since ${noNetworkSince}; the first that comes is used`,
    ]),
    ...(rate === "" ? [] : [`  ${rate} in the best of the last ten seconds`]),
    ...(last === undefined ? [] : [`  ${inWords(last)}`]),
    ...asked.map((question) => `  asks: ${question}`),
    "  points against each network, the best network first:",
    ...fewestFirst.flatMap((provider) => pointsLines(provider, decision)),
    `  CNAPT moves to a better network after that network has been well for ${stableMs / 1_000} s.`,
    ...thresholdLines(decision),
    "  last decisions:",
    ...decisions.map((entry) => `    ${entry.at} ${inWords(entry)}`),
  ];
}

function pointsLines(provider: ProviderSnapshot, decision: DecisionSnapshot): readonly string[] {
  const { candidate, score, stableMs } = provider;
  const parts = score?.parts.map(({ name, points }) => `${name} ${Math.round(points)}`) ?? [];
  const total = score === null ? "-" : String(Math.round(score.total));
  const well = stableMs === null ? "" : `, well for ${Math.round(stableMs / 1_000)} s`;
  return [
    `    ${candidate.key.padEnd(12)} ${total.padStart(6)}  (${parts.join(", ")})`,
    `    ${"".padEnd(12)}         ${healthOf(provider, decision)}${well}`,
    ...[trialIn(provider), rateIn(provider)].filter((text) => text !== "")
      .map((text) => `    ${"".padEnd(12)}         ${text}`),
  ];
}

/** What was learned of a network that failed. */
function trialIn({ trial }: ProviderSnapshot): string {
  if (trial === null) return "";
  const seconds = (ms: number) => `${Math.round(ms / 1_000)} s`;
  return `on trial: it ${trial.what} (${seconds(trial.failedAgoMs)} ago), and has to be well for ` +
    `${seconds(trial.trialMs)} before CNAPT goes back`;
}

/** Less than this, in bytes per second, is what somebody typed. */
const WORTH_TELLING = 1_000;

/** What is known of its rate: what a probe has shown, and the least that it can do. */
function rateIn({ rate }: ProviderSnapshot): string {
  if (rate === null) return "";
  const parts = (["down", "up"] as const).map((direction) => {
    const probed = rate.probed[direction];
    const bytes = Math.max(probed ?? 0, rate.achieved[direction]);
    if (probed === null && bytes < WORTH_TELLING) return "";
    return `${probed === null ? "at least " : ""}${inBytesPerSecond(bytes)} ${direction}`;
  }).filter((text) => text !== "");
  const when = Math.round(rate.agoMs / 1_000);
  return parts.length === 0 ? "" : `carried ${parts.join(", ")}, ${when} s ago`;
}

function healthOf(
  { candidate, measurement, quality }: ProviderSnapshot,
  { thresholds }: DecisionSnapshot,
): string {
  if (measurement !== null && "detail" in measurement.reach) return measurement.reach.detail;
  if (candidate.state === "raisable") {
    return "not connected; CNAPT runs its command when the network is needed";
  }
  if (quality === null) return "not measured";
  return `${quality.level}, ${quality.beyondWarning} of ${thresholds.worseCount} beyond warning, ` +
    `${quality.beyondCritical} beyond critical, ${quality.recovering} of ` +
    `${thresholds.betterCount} recovering`;
}

const INDEXES: readonly (readonly [IndexName, string])[] = [
  ["roundTripMs", "round trip in ms"],
  ["jitterMs", "jitter in ms"],
  ["loss", "loss as a share"],
  ["signalPercent", "signal in %"],
];

function thresholdLines({ thresholds }: DecisionSnapshot): readonly string[] {
  const line = (name: string, cells: readonly (string | number)[]) =>
    `${name.padEnd(22)} ${cells.map((cell) => String(cell).padEnd(14)).join(" ")}`.trimEnd();
  return [
    line("  thresholds:", ["warning from", "to recover", "critical from", "to recover"]),
    ...INDEXES.map(([index, name]) => {
      const { warning, warningRecovery, critical, criticalRecovery } = thresholds.limits[index];
      return line(`    ${name}`, [warning, warningRecovery, critical, criticalRecovery]);
    }),
  ];
}

function inWords({ kind, on, to, reasons }: DecisionEntry): string {
  const why = reasonsInWords(reasons);
  switch (kind) {
    case "keep":
      return `stays on ${on}: ${why}`;
    case "suggest":
      return `suggests ${to} (cnapt confirm ${to}, or switch ${to}): ${why}`;
    case "planned":
    case "sudden":
      return `leaves ${on} for ${to}: ${why}`;
    default:
      return unreachable(kind);
  }
}
