/**
 * The decision (patent pages 30 to 32): stay, suggest another network, or switch.
 *
 * Theory of operation. Pure: what was before, the table, what was measured, and what the user
 * wants go in; a decision with its reasons comes out. A path that is lost is left at once for
 * anything that answers. One that is in a bad state is left for one that is not, in manual mode
 * only past the critical threshold. A better one is gone (back) to when it has been well for the
 * stable time without a break, or for its time of trial where it has failed before (`trial.ts`),
 * and, when streams move much, only after a probe has shown that it carries that. But for paths that
 * are lost there is at most one switch within a stable time, so that nothing flaps.
 */
import { unreachable } from "../exhaustive.ts";
import type { ProviderKey } from "../path/provider_key.ts";
import type { DecisionInput } from "./decision_input.ts";
import { type DecisionState, type Track, UNTRACKED } from "./decision_state.ts";
import { ratePointsOf } from "./known_rates.ts";
import type { Measurement } from "./measurement.ts";
import { observe } from "./observe.ts";
import {
  isAnswering,
  isUsable,
  isWorthIt,
  type Option,
  stableFor,
  unattendedFirst,
} from "./option.ts";
import { isFresh, probeSizeFor, shortfallOf } from "./carry_proof.ts";
import { isWorseLevel } from "./quality.ts";
import { type Trial, trialMs } from "./trial.ts";
import type { Reason } from "./reason.ts";
import { type Score, scoreOf } from "./score.ts";

export type Decision =
  | { readonly kind: "keep"; readonly reasons: readonly Reason[] }
  | { readonly kind: "suggest"; readonly to: ProviderKey; readonly reasons: readonly Reason[] }
  /** Stay, and find out by a bounded probe whether `to` carries what streams need now. */
  | { readonly kind: "probe"; readonly to: ProviderKey; readonly reasons: readonly Reason[] }
  | {
    readonly kind: "switch";
    readonly manner: "planned" | "sudden";
    readonly to: ProviderKey;
    readonly reasons: readonly Reason[];
  };

export interface Decided {
  readonly state: DecisionState;
  readonly decision: Decision;
  /** Of every provider of the table, the best first. */
  readonly scores: readonly Score[];
}

export function decide(before: DecisionState, input: DecisionInput): Decided {
  const state = observe(before, input);
  const options = input.table.map((candidate): Option => {
    const measurement = input.measurements.get(candidate.key) ?? null;
    const track = state.tracks.get(candidate.key) ?? UNTRACKED;
    const trial = state.trials.get(candidate.key) ?? null;
    return {
      candidate,
      measurement,
      track,
      trial,
      score: scoreOf(candidate, {
        measurement,
        level: track.quality.level,
        chosen: input.chosen,
        ratePoints: ratePointsOf(candidate.key, input.rates),
        doublings: hasServed(trial, track, state.now, input) ? 0 : trial?.doublings ?? 0,
      }, input.weights),
    };
  });
  options.sort((a, b) => a.score.total - b.score.total);
  return { state, decision: judgeOptions(state, input, options), scores: options.map(scoreIn) };
}

/** What it did counts until it has been well for as long as that asks for. */
function hasServed(
  trial: Trial | null,
  { stableSince }: Track,
  now: number,
  { stableMs }: DecisionInput,
): boolean {
  return stableSince !== null && now - stableSince >= trialMs(trial, stableMs);
}

function scoreIn(option: Option): Score {
  return option.score;
}

function judgeOptions(
  state: DecisionState,
  input: DecisionInput,
  options: readonly Option[],
): Decision {
  if (input.mode === "off") return keep("modeOff", "the decision task is switched off");
  const here = options.find((one) => one.candidate.key === input.current) ?? null;
  const others = options.filter((one) => one !== here);
  const measured = input.current === null ? undefined : input.measurements.get(input.current);
  const isLost = here === null || measured?.reach.kind === "silent" ||
    measured?.reach.kind === "impostor";
  if (isLost) return leaveLost(state, input, others, measured);
  if (here.candidate.isStopgap === true) {
    const [known] = unattendedFirst(
      others.filter((one) => one.candidate.state === "up" && isUsable(one, state.now)),
    );
    if (known !== undefined) return leaveStopgap(input, known);
  }
  if (others.length === 0) return alone(here);
  const { level, causes } = here.track.quality;
  switch (level) {
    case "good":
      return improve(state, input, here, others);
    case "warning":
    case "critical": {
      const cause: Reason = { code: level, text: `${here.candidate.key}: ${causes.join(", ")}` };
      return escape(state, input, { here, others, cause });
    }
    default:
      return unreachable(level);
  }
}

/** The current path is lost: anything that answers is better, at once and in every mode. */
function leaveLost(
  state: DecisionState,
  input: DecisionInput,
  others: readonly Option[],
  measured: Measurement | undefined,
): Decision {
  const detail = measured !== undefined && "detail" in measured.reach
    ? measured.reach.detail
    : "it is gone";
  const lost: Reason = input.current === null
    ? { code: "noSession", text: "there is no session yet" }
    : { code: "lost", text: `${input.current}: ${detail}` };
  const answering = others.filter((one) =>
    one.candidate.state === "up" &&
    isAnswering(one.measurement, state.now)
  );
  const raisable = others.filter((one) =>
    one.candidate.state === "raisable" && isUsable(one, state.now)
  );
  const [best] = unattendedFirst([...answering, ...raisable]);
  if (best === undefined) {
    return { kind: "keep", reasons: [lost, { code: "noAlternative", text: "nothing answers" }] };
  }
  return moveTo(best, "sudden", [lost]);
}

/** Whatever a network that is known did before, it is better known than the system's choice. */
function leaveStopgap({ mode }: DecisionInput, known: Option): Decision {
  const text = `the system chose the way while no network was known; ${known.candidate.key} is`;
  const reason: Reason = { code: "stopgap", text };
  return mode === "manual" ? suggest(known, [reason, MANUAL]) : moveTo(known, "planned", [reason]);
}

/** The patent's device with a single adapter: it can only be told. */
function alone(here: Option): Decision {
  const { level, causes } = here.track.quality;
  const only: Reason = { code: "onlyOne", text: "there is no other network" };
  if (level === "good") return { kind: "keep", reasons: [only] };
  return { kind: "keep", reasons: [{ code: level, text: causes.join(", ") }, only] };
}

/** The current path is in a bad state: any that is in a better one will do. */
function escape(
  state: DecisionState,
  input: DecisionInput,
  { here, others, cause }: {
    readonly here: Option;
    readonly others: readonly Option[];
    readonly cause: Reason;
  },
): Decision {
  const better = others.filter((one) =>
    isUsable(one, state.now) && isWorthIt(here, one) &&
    isWorseLevel(here.track.quality.level, one.track.quality.level)
  );
  // What has failed lately is as bad as this perhaps, whatever it looks like with nothing on it.
  const isCritical = here.track.quality.level === "critical";
  const tried = better.filter((one) =>
    one.trial === null ||
    stableFor(one, state) >= (isCritical ? input.stableMs : trialMs(one.trial, input.stableMs))
  );
  const [best] = unattendedFirst(tried);
  if (best === undefined) {
    const [next] = better;
    if (next !== undefined) return { kind: "keep", reasons: [cause, onTrial(state, input, next)] };
    const text = `${here.candidate.key} will perhaps be of no use soon, and nothing better answers`;
    return { kind: "keep", reasons: [cause, { code: "noAlternative", text }] };
  }
  if (input.mode === "manual" && here.track.quality.level !== "critical") {
    return suggest(best, [cause, MANUAL]);
  }
  const soon = tooSoon(state, input);
  if (soon !== null) return { kind: "keep", reasons: [cause, soon] };
  return (best.trial === null ? null : proveFirst(state, input, best, [cause])) ??
    moveTo(best, "planned", [cause]);
}

/** All is well; but something better may have been there for long enough. */
function improve(
  state: DecisionState,
  input: DecisionInput,
  here: Option,
  others: readonly Option[],
): Decision {
  // What it takes a command or a person to connect is for need, not for a little improvement.
  const better = others.filter((one) =>
    one.candidate.state === "up" && isUsable(one, state.now) && isWorthIt(here, one) &&
    one.track.quality.level === "good"
  );
  const stable = better.filter((one) =>
    stableFor(one, state) >= trialMs(one.trial, input.stableMs)
  );
  const [best] = unattendedFirst(stable);
  if (best === undefined) {
    const [next] = better;
    if (next !== undefined) return { kind: "keep", reasons: [onTrial(state, input, next)] };
    return here.candidate.key === input.chosen
      ? keep("chosen", `${here.candidate.key} was asked for`)
      : keep("best", `${here.candidate.key} is the best that answers`);
  }
  const points = Math.round(here.score.total - best.score.total);
  const reason: Reason = {
    code: "better",
    text: `${best.candidate.key} is better by ${points} points and has been well for ${
      Math.round(stableFor(best, state) / 1_000)
    } s`,
  };
  if (input.mode === "manual") return suggest(best, [reason, MANUAL]);
  const soon = tooSoon(state, input);
  if (soon !== null) return { kind: "keep", reasons: [reason, soon] };
  return proveFirst(state, input, best, [reason]) ?? moveTo(best, "planned", [reason]);
}

/** How long a better network has to be well still, and why so long. */
function onTrial(state: DecisionState, input: DecisionInput, next: Option): Reason {
  const { candidate: { key }, trial } = next;
  const ms = trialMs(trial, input.stableMs);
  const wait = Math.ceil((ms - stableFor(next, state)) / 1_000);
  const text = `${key} is better if it stays well for ${wait} s more`;
  return trial === null ? { code: "notStableYet", text } : {
    code: "onTrial",
    text: `${text}: it is on trial for ${Math.round(ms / 1_000)} s, since it ${trial.what}`,
  };
}

/** That `best` is probed before streams move there; null: it has been, or need not or must not be. */
function proveFirst(
  state: DecisionState,
  input: DecisionInput,
  best: Option,
  reasons: readonly Reason[],
): Decision | null {
  const { key, metered, connects, state: presence } = best.candidate;
  if (metered || connects === "byPerson" || presence !== "up") return null;
  if (probeSizeFor(input.need) === null) return null;
  const proof = input.proofs.get(key);
  if (isFresh(proof, state.now) && shortfallOf(proof) === null) return null;
  const text = `first ${key} is probed: it has to carry what streams move now`;
  return { kind: "probe", to: key, reasons: [...reasons, { code: "probing", text }] };
}

const MANUAL: Reason = { code: "manual", text: "in manual mode you decide" };

function tooSoon(state: DecisionState, input: DecisionInput): Reason | null {
  const wait = state.movedAt + input.stableMs - state.now;
  if (wait <= 0) return null;
  return {
    code: "tooSoon",
    text: `the last switch is too recent, ${Math.ceil(wait / 1_000)} s to wait`,
  };
}

function moveTo(
  { candidate }: Option,
  manner: "planned" | "sudden",
  reasons: readonly Reason[],
): Decision {
  if (candidate.connects === "byPerson") {
    return suggest({ candidate }, [...reasons, {
      code: "needsPerson",
      text: `${candidate.key} is used only when you confirm`,
    }]);
  }
  const all: readonly Reason[] = candidate.state === "up" ? reasons : [...reasons, {
    code: "needsCommand",
    text: `${candidate.key} is brought up first`,
  }];
  return { kind: "switch", manner, to: candidate.key, reasons: all };
}

function suggest({ candidate }: Pick<Option, "candidate">, reasons: readonly Reason[]): Decision {
  return { kind: "suggest", to: candidate.key, reasons };
}

function keep(code: Reason["code"], text: string): Decision {
  return { kind: "keep", reasons: [{ code, text }] };
}
