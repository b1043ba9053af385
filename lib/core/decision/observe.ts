/** What the decision remembers after a look at all networks: how each is, and what it learns. */
import type { ProviderKey } from "../path/provider_key.ts";
import { shortfallOf } from "./carry_proof.ts";
import type { DecisionInput } from "./decision_input.ts";
import { type DecisionState, type Track, UNTRACKED } from "./decision_state.ts";
import type { Measurement } from "./measurement.ts";
import { isAnswering } from "./option.ts";
import { judge } from "./quality.ts";
import type { SessionMove } from "./session_move.ts";
import { isLoaded } from "./stream_load.ts";
import {
  EARLY_MS,
  eased,
  type Trial,
  type Trials,
  withFailure,
  withoutNew,
  withProof,
} from "./trial.ts";

export function observe(before: DecisionState, input: DecisionInput): DecisionState {
  const now = Math.max(input.now, before.now);
  const after = followMoves(before, input, now);
  const trials = learn(before, after.trials, input, now);
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
  const places = input.places.get(after.current ?? "") ?? [];
  return {
    ...after,
    tracks,
    places: places.length > 0 ? places : after.places,
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

function learn(before: DecisionState, known: Trials, input: DecisionInput, now: number): Trials {
  let trials = known;
  for (const [key, { stableSince }] of before.tracks) {
    if (stableSince !== null) trials = eased(trials, key, stableSince, now);
  }
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
    (before?.failedAt !== after.failedAt || before.doublings < after.doublings);
}

/**
 * Follows the session from network to network. A decision may see only where it has arrived after
 * two moves, and each of the networks that it has left is judged by how that one was left.
 */
function followMoves(before: DecisionState, input: DecisionInput, now: number): DecisionState {
  let state = { ...before, trials: withoutNew(before.trials, input.places) };
  for (const move of input.moves) {
    if (move.serial <= state.lastMove) continue;
    const at = Math.min(move.at, now);
    // One that began elsewhere belongs to another session: nobody has watched how that was left.
    if (move.from === state.current) state = leave(state, { ...move, at }, input);
    state = { ...arrive(state, move.to, at, input), lastMove: move.serial };
  }
  // A new session began where it is.
  return input.current === null ? state : arrive(state, input.current, now, input);
}

function arrive(
  state: DecisionState,
  current: ProviderKey,
  at: number,
  input: DecisionInput,
): DecisionState {
  if (current === state.current) return state;
  const movedAt = state.current === null ? state.movedAt : at;
  return { ...state, current, places: input.places.get(current) ?? [], movedAt, arrivedAt: at };
}

/** What it says of a network that the session has left it. */
function leave(state: DecisionState, move: SessionMove, input: DecisionInput): DecisionState {
  const { from, manner, at } = move;
  const level = state.tracks.get(from)?.quality.level ?? "good";
  if (manner === "planned" && level === "good") return state;
  const how = manner === "sudden" ? "lost" : "bad";
  const stayedMs = at - state.arrivedAt;
  const what = stayedMs < EARLY_MS
    ? `was left as ${how} after ${Math.round(stayedMs / 1_000)} s of use`
    : `was left as ${how}`;
  const when = stayedMs < EARLY_MS ? "early" : "late";
  const places = state.places.length > 0 ? state.places : input.places.get(from) ?? [];
  return { ...state, trials: withFailure(state.trials, from, { at, what, places, when }) };
}
