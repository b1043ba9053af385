import type { ProviderSnapshot } from "../../relay/decision/decision_snapshot.ts";
import { inRoundTrip } from "../../status/words/in_time.ts";
import { tableLines } from "./table_lines.ts";

const COLUMNS = [
  { most: 18 },
  { most: 8, side: "right" },
  { most: 8, side: "right" },
  { most: 6, side: "right" },
  { most: 6, side: "right" },
  { most: 120 },
] as const;

/** The networks of a site, a line for each; the one in use has a star. */
export function networkLines(providers: readonly ProviderSnapshot[]): readonly string[] {
  if (providers.length === 0) return [];
  const heading = ["  NETWORK", "TRIP", "JITTER", "LOSS", "SIGNAL", ""];
  return tableLines(COLUMNS, [heading, ...providers.map(networkCells)]);
}

function networkCells(one: ProviderSnapshot): readonly string[] {
  const { measurement } = one;
  return [
    `${one.isCurrent ? "*" : " "} ${one.candidate.key}`,
    tripOf(measurement?.roundTripMs),
    tripOf(measurement?.jitterMs),
    percentOf(measurement?.loss === null ? null : (measurement?.loss ?? 0) * 100, one),
    percentOf(measurement?.signalPercent, one),
    stateOf(one),
  ];
}

/** How a network is, in a few words. */
export function stateOf({ candidate, measurement, quality, trial }: ProviderSnapshot): string {
  const parts = [
    reachWords(candidate.state, measurement),
    ...(quality === null || quality.level === "good" ? [] : [quality.causes.join(", ")]),
    ...(trial === null ? [] : ["on trial"]),
    ...(candidate.metered ? ["metered"] : []),
    ...(candidate.cost === 0 ? [] : [`cost ${candidate.cost}`]),
    ...(candidate.connects === "byPerson" ? ["asks first"] : []),
  ];
  return parts.join(", ");
}

function reachWords(
  state: ProviderSnapshot["candidate"]["state"],
  measurement: ProviderSnapshot["measurement"],
): string {
  const reach = measurement?.reach;
  switch (reach?.kind) {
    case undefined:
    case "untried":
      return state === "raisable" ? "not connected" : "not asked yet";
    case "answering":
      return "answers";
    case "silent":
    case "impostor":
      return reach.detail;
  }
}

function tripOf(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? "-" : inRoundTrip(ms);
}

function percentOf(
  value: number | null | undefined,
  { measurement }: ProviderSnapshot,
): string {
  return measurement === null || value === null || value === undefined
    ? "-"
    : `${Math.round(value)} %`;
}
