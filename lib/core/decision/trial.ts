/**
 * What was learned of a network that failed: how long it is on trial before anything goes back.
 *
 * Theory of operation. A network that was left as bad or lost has to be well for the stable time
 * again. When that happens soon after the session had come to it, or a move to it does not work, or
 * a probe shows that it does not carry what streams need, an idle look at it was worth nothing: its
 * time of trial doubles, up to a bound. All is forgiven when it has been well under load for long
 * enough, and when it is another network than it was: another interface, or other addresses. And a
 * day without a break in which it was well halves it, used or not.
 */
import type { ProviderKey } from "../path/provider_key.ts";

/** A network that is left as bad or lost within that time of arriving was not worth it. */
export const EARLY_MS = 300_000;
/** So long it has to be well under load until it is as trusted as any. */
export const FORGIVEN_AFTER_MS = 600_000;
/** So long it has to be well without a break until its time of trial is halved. */
export const EASED_AFTER_MS = 86_400_000;
/** The longest time of trial, unless the stable time itself is longer. */
export const LONGEST_TRIAL_MS = 900_000;
/** Of so many networks something is remembered; then the one that failed longest ago is forgotten. */
const MAX_TRIALS = 64;
/** What lies further apart is no time that somebody has watched, as after the machine slept. */
const WATCHED_MS = 60_000;

/** A network that failed, and what that means for the next time. */
export interface Trial {
  /** How often its time of trial was doubled. */
  readonly doublings: number;
  /** When it failed last. */
  readonly failedAt: number;
  /** What happened then; completes "it …". */
  readonly what: string;
  /** Where it was: interface and address. With others it is another network. */
  readonly places: readonly string[];
  /** For how long, in ms, it has been well under load since. */
  readonly provenMs: number;
  /** When it failed, or when its time of trial was last halved. */
  readonly easedAt: number;
}

export type Trials = ReadonlyMap<ProviderKey, Trial>;

/** What made a network fail. */
export interface Failure {
  readonly at: number;
  readonly what: string;
  readonly places: readonly string[];
  /** `early`: it was not worth going there at all. */
  readonly when: "early" | "late";
}

export function withFailure(trials: Trials, key: ProviderKey, failure: Failure): Trials {
  const before = trials.get(key);
  const { at, what, places, when } = failure;
  const kept = [...trials].filter(([other]) => other !== key);
  const doublings = (before?.doublings ?? 0) + (when === "early" ? 1 : 0);
  const all: [ProviderKey, Trial][] = [
    ...kept,
    [key, { doublings, failedAt: at, what, places, provenMs: 0, easedAt: at }],
  ];
  all.sort(([, a], [, b]) => a.failedAt - b.failedAt);
  return new Map(all.slice(-MAX_TRIALS));
}

/** Forgets what is another network by now; one without a place at this moment stays as it is. */
export function withoutNew(
  trials: Trials,
  placesOf: ReadonlyMap<ProviderKey, readonly string[]>,
): Trials {
  return new Map([...trials].filter(([key, trial]) => {
    const places = placesOf.get(key) ?? [];
    return places.length === 0 || trial.places.length === 0 ||
      places.some((place) => trial.places.includes(place));
  }));
}

/** The session lives on `key`, which has been well under load for `ms` more. */
export function withProof(trials: Trials, key: ProviderKey, ms: number): Trials {
  const trial = trials.get(key);
  if (trial === undefined) return trials;
  const after = new Map(trials);
  const provenMs = trial.provenMs + Math.min(ms, WATCHED_MS);
  if (provenMs >= FORGIVEN_AFTER_MS) after.delete(key);
  else after.set(key, { ...trial, provenMs });
  return after;
}

/** `key` has been well since `stableSince`, whether anything went over it or not. */
export function eased(trials: Trials, key: ProviderKey, stableSince: number, now: number): Trials {
  const trial = trials.get(key);
  if (trial === undefined) return trials;
  if (now - Math.max(stableSince, trial.easedAt) < EASED_AFTER_MS) return trials;
  const after = new Map(trials);
  if (trial.doublings <= 1) after.delete(key);
  else after.set(key, { ...trial, doublings: trial.doublings - 1, easedAt: now });
  return after;
}

/** How long a network has to be well, without a break, before it is gone back to. */
export function trialMs(trial: Trial | null, stableMs: number): number {
  const longest = Math.max(stableMs, LONGEST_TRIAL_MS);
  return Math.min(stableMs * 2 ** (trial?.doublings ?? 0), longest);
}
