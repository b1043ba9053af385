/** What the decision remembers after a look at all networks: how each is, and what it learns. */
import type { ProviderKey } from "../path/provider_key.ts";
import { shortfallOf } from "./carry_proof.ts";
import type { DecisionInput } from "./decision_input.ts";
import { type DecisionState, type Track, UNTRACKED } from "./decision_state.ts";
import type { Measurement } from "./measurement.ts";
import { isAnswering } from "./option.ts";
import { judge } from "./quality.ts";
import { isLoaded } from "./stream_load.ts";
import { EARLY_MS, type Trial, type Trials, withFailure, withoutNew, withProof } from "./trial.ts";

export function observe(before: DecisionState, input: DecisionInput): DecisionState {
  const now = Math.max(input.now, before.now);
  const current = input.current ?? before.current;
  const hasArrived = input.current !== null && input.current !== before.current;
  const trials = learn(before, input, now);
  const tracks = new Map<ProviderKey, Track>();
  for (const { key } of input.table) {
    const measurement = input.measurements.get(key);
    // What has just failed is well again only from now on.
    const hasFailed = isNewFailure(before.trials.get(key), trials.get(key));
    const track = before.tracks.get(key) ?? UNTRACKED;
    const known = hasFailed ? { ...track, stableSince: null } : track;
    tracks.set(
      key,
      measurement === undefined ? UNTRACKED : trackOf(known, measurement, input, now),
    );
  }
  const places = input.places.get(current ?? "") ?? [];
  return {
    tracks,
    current,
    places: places.length > 0 || hasArrived ? places : before.places,
    movedAt: hasArrived && before.current !== null ? now : before.movedAt,
    arrivedAt: hasArrived ? now : before.arrivedAt,
    trials,
    countedProofs: new Map([...input.proofs].map(([key, { at }]) => [key, at])),
    now,
  };
}

/** A move to `to` did not work: what looked well was not. */
export function afterFailedMove(
  before: DecisionState,
  to: ProviderKey,
  places: readonly string[],
): DecisionState {
  const what = "could not be gone to";
  const failure = { at: before.now, what, places, when: "early" } as const;
  const track = before.tracks.get(to) ?? UNTRACKED;
  const tracks = new Map(before.tracks).set(to, { ...track, stableSince: null });
  return { ...before, tracks, trials: withFailure(before.trials, to, failure) };
}

function trackOf(track: Track, measurement: Measurement, input: DecisionInput, now: number): Track {
  const quality = judge(track.quality, measurement, input.thresholds);
  const isWell = isAnswering(measurement, now) && quality.level === "good";
  return { quality, stableSince: isWell ? track.stableSince ?? now : null };
}

function learn(before: DecisionState, input: DecisionInput, now: number): Trials {
  let trials = withoutNew(before.trials, input.places);
  trials = fromLeaving(trials, before, input, now);
  for (const [key, proof] of input.proofs) {
    const what = shortfallOf(proof);
    if (what === null || before.countedProofs.get(key) === proof.at) continue;
    const places = input.places.get(key) ?? [];
    trials = withFailure(trials, key, { at: now, what, places, when: "early" });
  }
  const { current } = input;
  if (current === null || current !== before.current || !isLoaded(input.need)) return trials;
  const isWell = before.tracks.get(current)?.quality.level === "good" &&
    input.measurements.get(current)?.reach.kind === "answering";
  return isWell ? withProof(trials, current, now - before.now) : trials;
}

function isNewFailure(before: Trial | undefined, after: Trial | undefined): boolean {
  return after !== undefined &&
    (before?.failedAt !== after.failedAt || before.doublings !== after.doublings);
}

/** What it says of a network that the session has left it. */
function fromLeaving(
  trials: Trials,
  before: DecisionState,
  input: DecisionInput,
  now: number,
): Trials {
  const left = before.current;
  if (left === null || input.current === null || input.current === left) return trials;
  const level = before.tracks.get(left)?.quality.level ?? "good";
  if (input.arrival === "planned" && level === "good") return trials;
  const how = input.arrival === "sudden" ? "lost" : "bad";
  const stayedMs = now - before.arrivedAt;
  const what = stayedMs < EARLY_MS
    ? `was left as ${how} ${Math.round(stayedMs / 1_000)} s after it was come to`
    : `was left as ${how}`;
  const when = stayedMs < EARLY_MS ? "early" : "late";
  return withFailure(trials, left, { at: now, what, places: before.places, when });
}
