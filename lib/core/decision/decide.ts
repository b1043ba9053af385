/**
 * The decision (patent pages 30 to 32): stay, suggest another network, or switch.
 *
 * Theory of operation. Pure: what was before, the table, what was measured, and what the user
 * wants go in; a decision with its reasons comes out. A path that is lost is left at once for
 * anything that answers. One that is in a bad state is left for one that is not, in manual mode
 * only past the critical threshold. A better one is gone (back) to when it has been well for the
 * stable time without a break. But for paths that are lost there is at most one switch within a
 * stable time, so that nothing flaps.
 */
import { unreachable } from "../exhaustive.ts";
import type { ProviderKey } from "../path/provider_key.ts";
import type { Candidate } from "./candidate.ts";
import { type DecisionState, type Track, UNTRACKED } from "./decision_state.ts";
import type { Measurement } from "./measurement.ts";
import {
  isAnswering,
  isUsable,
  isWorthIt,
  type Option,
  stableFor,
  unattendedFirst,
} from "./option.ts";
import { isWorseLevel, judge } from "./quality.ts";
import type { Reason } from "./reason.ts";
import { type Score, scoreOf } from "./score.ts";
import type { Thresholds } from "./thresholds.ts";

export type DecisionMode = "automatic" | "manual" | "off";

export interface DecisionInput {
  readonly table: readonly Candidate[];
  readonly measurements: ReadonlyMap<ProviderKey, Measurement>;
  /** The provider that the session lives on; null when there is no session. */
  readonly current: ProviderKey | null;
  readonly mode: DecisionMode;
  readonly thresholds: Thresholds;
  /** How long a better provider must have been well before it is switched to. */
  readonly stableMs: number;
  /** The provider that the user asked for, until that is taken back. */
  readonly chosen: ProviderKey | null;
  readonly now: number;
}

export type Decision =
  | { readonly kind: "keep"; readonly reasons: readonly Reason[] }
  | { readonly kind: "suggest"; readonly to: ProviderKey; readonly reasons: readonly Reason[] }
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
    return {
      candidate,
      measurement,
      track,
      score: scoreOf(candidate, measurement, track.quality.level, input.chosen),
    };
  });
  options.sort((a, b) => a.score.total - b.score.total);
  return { state, decision: judgeOptions(state, input, options), scores: options.map(scoreIn) };
}

function scoreIn(option: Option): Score {
  return option.score;
}

function observe(before: DecisionState, input: DecisionInput): DecisionState {
  const now = Math.max(input.now, before.now);
  const tracks = new Map<ProviderKey, Track>();
  for (const { key } of input.table) {
    const measurement = input.measurements.get(key);
    const track = before.tracks.get(key) ?? UNTRACKED;
    if (measurement === undefined) {
      tracks.set(key, UNTRACKED);
      continue;
    }
    const quality = judge(track.quality, measurement, input.thresholds);
    const isWell = isAnswering(measurement, now) && quality.level === "good";
    tracks.set(key, { quality, stableSince: isWell ? track.stableSince ?? now : null });
  }
  const hasMoved = before.current !== null && input.current !== before.current;
  const current = input.current ?? before.current;
  return {
    tracks,
    current,
    movedAt: hasMoved && input.current !== null ? now : before.movedAt,
    now,
  };
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
  const [best] = unattendedFirst(better);
  if (best === undefined) {
    const text = `${here.candidate.key} will perhaps be of no use soon, and nothing better answers`;
    return { kind: "keep", reasons: [cause, { code: "noAlternative", text }] };
  }
  if (input.mode === "manual" && here.track.quality.level !== "critical") {
    return suggest(best, [cause, MANUAL]);
  }
  const soon = tooSoon(state, input);
  return soon === null
    ? moveTo(best, "planned", [cause])
    : { kind: "keep", reasons: [cause, soon] };
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
  const stable = better.filter((one) => stableFor(one, state) >= input.stableMs);
  const [best] = unattendedFirst(stable);
  if (best === undefined) {
    const [next] = better;
    if (next !== undefined) {
      const wait = Math.ceil((input.stableMs - stableFor(next, state)) / 1_000);
      return keep(
        "notStableYet",
        `${next.candidate.key} is better if it stays well for ${wait} s more`,
      );
    }
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
  return soon === null
    ? moveTo(best, "planned", [reason])
    : { kind: "keep", reasons: [reason, soon] };
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
