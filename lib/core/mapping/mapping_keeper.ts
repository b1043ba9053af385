/**
 * What is to be done for a mapping, and when: `afterFact(state, fact, now) → state` and
 * `nextAct(state, now) → act`.
 *
 * Theory of operation. The methods are tried one after the other, the one that worked last before
 * the others. What was granted is renewed at half its life, as often as needed before it ends; in
 * between the router is looked at, so that one which has restarted, or has another address, is asked
 * again at once. Where no method works there is a pause, which grows.
 *
 * A router that has just started answers before it has its way to the Internet, and one that was
 * switched off is back some time. So a method that has said that it is not connected, or by which
 * there was a mapping, is suspected to work soon: it alone is asked every few seconds, all of them
 * now and then.
 */
import { unreachable } from "../exhaustive.ts";

/** A router in use is looked at so often, in ms. */
export const LOOK_MS = 3_000;
/** And one that was silent when it was looked at. */
export const SILENT_LOOK_MS = 1_000;
/** What a router grants for less is of no use: it would be asked without a pause. */
export const LEAST_LIFETIME_S = 10;
const FIRST_REST_MS = 5_000;
const LONGEST_REST_MS = 300_000;
const REST_GROWTH = 2;
/** A renewal that was not answered is tried again after this part of what is left. */
const RENEWAL_PART = 0.5;
const LEAST_RENEWAL_PAUSE_MS = 2_000;
/** So long a method that is suspected to work soon is left alone. */
const SUSPECT_REST_MS = 3_000;
/** All methods are asked each so many times. */
const ALL_EACH = 20;
/** Some hours. */
const SUSPECT_TRIES = 5_000;

export type KeeperState =
  | {
    readonly kind: "asking";
    /** The numbers of the methods that are left, the next one first. */
    readonly methods: readonly number[];
    /** How long the rest will be if none of them works. */
    readonly restMs: number;
    readonly hope: Hope;
  }
  | {
    readonly kind: "held";
    readonly method: number;
    readonly renewAtMs: number;
    readonly expiresAtMs: number;
    readonly lookAtMs: number;
  }
  | {
    readonly kind: "resting";
    readonly untilMs: number;
    readonly restMs: number;
    readonly hope: Hope;
  };

/** The method that is suspected to work soon, null: none; and how often nothing has worked. */
interface Hope {
  readonly suspect: number | null;
  readonly tries: number;
}

export type KeeperFact =
  /** `lifetimeS`: null for as long as nobody takes it back. */
  | { readonly kind: "granted"; readonly lifetimeS: number | null }
  /** A method does not work: the router refuses, has no way to the Internet, or nobody answers. */
  | { readonly kind: "refused" | "unconnected" | "silent" }
  /** A look: all is well; nobody answers; the router has lost the mapping, or has another address. */
  | { readonly kind: "seen" | "unseen" | "forgotten" }
  /** This machine, or the router, is another one. */
  | { readonly kind: "moved" }
  | { readonly kind: "rested" };

export type KeeperAct =
  | { readonly kind: "ask"; readonly method: number }
  | { readonly kind: "look"; readonly method: number; readonly atMs: number }
  | { readonly kind: "rest"; readonly untilMs: number };

/** How it begins, with so many methods. */
export function firstState(methods: number): KeeperState {
  return asking(0, methods);
}

export function nextAct(state: KeeperState, nowMs: number): KeeperAct {
  switch (state.kind) {
    case "asking":
      return { kind: "ask", method: state.methods[0] ?? 0 };
    case "held":
      return nowMs >= state.renewAtMs
        ? { kind: "ask", method: state.method }
        : { kind: "look", method: state.method, atMs: Math.min(state.lookAtMs, state.renewAtMs) };
    case "resting":
      return { kind: "rest", untilMs: state.untilMs };
    default:
      return unreachable(state);
  }
}

/** `methods`: how many there are. A fact that does not belong to a state leaves it as it is. */
export function afterFact(
  state: KeeperState,
  fact: KeeperFact,
  { nowMs, methods }: { readonly nowMs: number; readonly methods: number },
): KeeperState {
  if (fact.kind === "moved") return asking(0, methods);
  switch (state.kind) {
    case "asking":
      return afterAsking(state, fact, nowMs);
    case "held":
      return afterHeld(state, fact, { nowMs, methods });
    case "resting":
      return fact.kind === "rested"
        ? { ...asking(state.hope.suspect ?? 0, methods), restMs: state.restMs, hope: state.hope }
        : state;
    default:
      return unreachable(state);
  }
}

function asking(first: number, methods: number): KeeperState & { readonly kind: "asking" } {
  const all = Array.from({ length: methods }, (_, index) => index);
  const others = all.filter((method) => method !== first);
  const hope = { suspect: null, tries: 0 };
  return { kind: "asking", methods: [first, ...others], restMs: FIRST_REST_MS, hope };
}

/** What was had by a method is asked for again by it, and by the others only now and then. */
function askingAgain(method: number, methods: number): KeeperState {
  return { ...asking(method, methods), hope: { suspect: method, tries: 1 } };
}

function afterAsking(
  state: KeeperState & { readonly kind: "asking" },
  fact: KeeperFact,
  nowMs: number,
): KeeperState {
  const [method = 0, ...methods] = state.methods;
  if (fact.kind === "granted") return held(method, fact.lifetimeS, nowMs);
  if (fact.kind !== "refused" && fact.kind !== "silent" && fact.kind !== "unconnected") {
    return state;
  }
  const { suspect: before, tries } = state.hope;
  const suspect = fact.kind === "unconnected"
    ? before ?? method
    : before === method && fact.kind === "refused"
    ? null
    : before;
  const isAlone = suspect === method && before === method && tries % ALL_EACH !== 0;
  if (!isAlone && methods.length > 0) return { ...state, methods, hope: { suspect, tries } };
  if (suspect !== null && tries < SUSPECT_TRIES) {
    const hope = { suspect, tries: tries + 1 };
    return { ...state, kind: "resting", untilMs: nowMs + SUSPECT_REST_MS, hope };
  }
  const restMs = Math.min(REST_GROWTH * state.restMs, LONGEST_REST_MS);
  const hope = { suspect: null, tries };
  return { kind: "resting", untilMs: nowMs + state.restMs, restMs, hope };
}

function afterHeld(
  state: KeeperState & { readonly kind: "held" },
  fact: KeeperFact,
  { nowMs, methods }: { readonly nowMs: number; readonly methods: number },
): KeeperState {
  const { method, expiresAtMs } = state;
  switch (fact.kind) {
    case "granted":
      return held(method, fact.lifetimeS, nowMs);
    case "seen":
      return { ...state, lookAtMs: nowMs + LOOK_MS };
    case "unseen":
      return { ...state, lookAtMs: nowMs + SILENT_LOOK_MS };
    case "forgotten":
      return askingAgain(method, methods);
    case "refused":
      return asking(method, methods);
    case "unconnected":
    case "silent": {
      if (nowMs >= expiresAtMs) return askingAgain(method, methods);
      const pauseMs = Math.max(LEAST_RENEWAL_PAUSE_MS, RENEWAL_PART * (expiresAtMs - nowMs));
      return { ...state, renewAtMs: Math.min(nowMs + pauseMs, expiresAtMs) };
    }
    case "moved":
    case "rested":
      return state;
    default:
      return unreachable(fact);
  }
}

function held(method: number, lifetimeS: number | null, nowMs: number): KeeperState {
  const lifeMs = lifetimeS === null ? Infinity : 1_000 * lifetimeS;
  return {
    kind: "held",
    method,
    renewAtMs: nowMs + lifeMs / 2,
    expiresAtMs: nowMs + lifeMs,
    lookAtMs: nowMs + LOOK_MS,
  };
}
