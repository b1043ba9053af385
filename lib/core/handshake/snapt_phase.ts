/** What the states of SNAPT's handshake mean to others; see `cnapt_phase.ts`. */
import type { SnaptState } from "./snapt_transitions.ts";

/**
 * How far a session of SNAPT is. `switching` is agreed with CNAPT, also while there is no link;
 * `detached` has lost its network and waits for CNAPT; `ended` is over.
 */
export type SnaptPhase = "connected" | "switching" | "detached" | "ended";

export const SNAPT_PHASE_OF = {
  connected: "connected",
  overlapDraining: "switching",
  overlapAwaitingClientReady: "switching",
  overlapAwaitingStep2: "switching",
  strictDraining: "switching",
  strictAwaitingClientReady: "switching",
  strictAwaitingStep2: "switching",
  strictRebinding: "switching",
  detached: "detached",
  resuming: "switching",
  closed: "ended",
} as const satisfies Record<SnaptState, SnaptPhase>;

/** Whether BIND is answered: not without a network, and not after the end. */
export const TAKES_BINDS = {
  connected: true,
  switching: true,
  detached: false,
  ended: false,
} as const satisfies Record<SnaptPhase, boolean>;

/** In which shape of switch a state waits until everything under way to SNAPT has arrived. */
export const DRAINS = {
  connected: "none",
  overlapDraining: "overlapped",
  overlapAwaitingClientReady: "none",
  overlapAwaitingStep2: "none",
  strictDraining: "strict",
  strictAwaitingClientReady: "none",
  strictAwaitingStep2: "none",
  strictRebinding: "none",
  detached: "none",
  resuming: "none",
  closed: "none",
} as const satisfies Record<SnaptState, "none" | "overlapped" | "strict">;
