import { MARGIN_POINTS, type ScorePartName } from "../../core/decision/score.ts";
import type { ProviderSnapshot } from "../../relay/decision/decision_snapshot.ts";
import { inRoundTrip, inTime } from "./in_time.ts";

/** Fewer points than this are not felt. */
const FELT_POINTS = 1;

/** What is said of a network beside the one in use. */
const PARTS: Readonly<Record<ScorePartName, { readonly worse: string; readonly better: string }>> =
  {
    health: { worse: "its state is worse", better: "its state is better" },
    metered: { worse: "it is metered", better: "it is not metered" },
    // By the type of the network where `providers:` says nothing.
    priority: { worse: "its priority is lower", better: "its priority is higher" },
    cost: { worse: "it costs more", better: "it costs less" },
    roundTrip: { worse: "its round trip is longer", better: "its round trip is shorter" },
    loss: { worse: "it loses more", better: "it loses less" },
    rate: { worse: "it is slower", better: "it is faster" },
    history: { worse: "it has failed more often", better: "it has failed less often" },
    services: {
      worse: "services in use may not go over it",
      better: "more services may go over it",
    },
    chosen: { worse: "the one in use was asked for", better: "it was asked for" },
  };

/**
 * How a network stands to the one in use, in one sentence; points are nowhere in it. `stableMs`: for
 * how long a better one has to be well.
 */
export function describeNetwork(
  one: ProviderSnapshot,
  inUse: ProviderSnapshot | null,
  stableMs: number,
): string {
  return `${one.candidate.key} ${standing(one, inUse, stableMs)}${trialOf(one)}`;
}

function standing(
  one: ProviderSnapshot,
  inUse: ProviderSnapshot | null,
  stableMs: number,
): string {
  const { candidate, measurement, quality, score } = one;
  const reach = measurement?.reach;
  if (reach !== undefined && "detail" in reach) return `is of no use: ${reach.detail}`;
  const causes = quality === null || quality.level === "good" ? [] : quality.causes;
  if (one.isCurrent) return `is in use${listOf([...numbersOf(one), ...causes])}`;
  if (candidate.state === "raisable") {
    return "is not connected; CNAPT runs its command when the network is needed";
  }
  if (reach === undefined || reach.kind === "untried") return "has not been asked yet";
  const here = inUse?.score ?? null;
  if (score === null || here === null) return `leads to SNAPT${listOf(numbersOf(one))}`;
  const difference = score.total - here.total;
  if (Math.abs(difference) < MARGIN_POINTS) {
    return `is about as good: ${numbersOf(one).join(", ")}; a switch would not be worth it`;
  }
  const side = difference > 0 ? "worse" : "better";
  const why = partsOf(score, here, side);
  if (side === "worse") return `is worse${listOf(why)}`;
  const well = one.stableMs ?? 0;
  const wait = well >= stableMs
    ? ""
    : `; well for ${inTime(well)} of the ${inTime(stableMs)} that it takes`;
  return `is better${listOf(why)}${wait}`;
}

/** What makes one better or worse than the other, the heaviest first. */
function partsOf(
  one: NonNullable<ProviderSnapshot["score"]>,
  other: NonNullable<ProviderSnapshot["score"]>,
  side: "worse" | "better",
): readonly string[] {
  const pointsIn = (score: typeof one, name: ScorePartName) =>
    score.parts.find((part) => part.name === name)?.points ?? 0;
  const sign = side === "worse" ? 1 : -1;
  const names = new Set([...one.parts, ...other.parts].map(({ name }) => name));
  return [...names]
    .map((name) => ({ name, weight: sign * (pointsIn(one, name) - pointsIn(other, name)) }))
    .filter(({ weight }) => weight >= FELT_POINTS)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ name }) => PARTS[name][side]);
}

function numbersOf({ measurement }: ProviderSnapshot): readonly string[] {
  if (measurement === null) return [];
  const { roundTripMs, loss, signalPercent } = measurement;
  return [
    ...(roundTripMs === null ? [] : [inRoundTrip(roundTripMs)]),
    ...(loss === null ? [] : [`${Math.round(loss * 100)} % lost`]),
    ...(signalPercent === null ? [] : [`signal ${Math.round(signalPercent)} %`]),
  ];
}

function listOf(parts: readonly string[]): string {
  return parts.length === 0 ? "" : `: ${parts.join(", ")}`;
}

function trialOf({ trial }: ProviderSnapshot): string {
  if (trial === null) return "";
  return `; on trial: it ${trial.what} (${
    inTime(trial.failedAgoMs)
  } ago), and has to be well for ` +
    `${inTime(trial.trialMs)} before CNAPT goes back`;
}
