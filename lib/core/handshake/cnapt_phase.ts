/**
 * What the states of CNAPT's handshake mean to others. A new state does not compile before it has
 * a line in each table here, so nobody else has to list states.
 */
import type { CnaptState } from "./cnapt_transitions.ts";

/**
 * How far a session of CNAPT is:
 *
 * - `dialing`: there is no session yet; SNAPT is looked for
 * - `greeting`: a control link is there, and CONNECT is not acknowledged yet
 * - `connected`: all is well
 * - `preparing`: a planned switch makes its links; nothing has happened to the session
 * - `switching`: the streams move to another provider
 * - `searching`: the session has lost its network and looks for another
 * - `ended`: the session is over, or about to be
 */
export type CnaptPhase =
  | "dialing"
  | "greeting"
  | "connected"
  | "preparing"
  | "switching"
  | "searching"
  | "ended";

export const CNAPT_PHASE_OF = {
  idle: "dialing",
  dialing: "dialing",
  awaitingConnectAck: "greeting",
  connected: "connected",
  preparing: "preparing",
  overlapAwaitingStep1Ack: "switching",
  overlapDraining: "switching",
  overlapDrained: "switching",
  overlapOkReceived: "switching",
  overlapAwaitingServerReady: "switching",
  overlapAwaitingAllRedirected: "switching",
  strictAwaitingStep1Ack: "switching",
  strictDraining: "switching",
  strictDrained: "switching",
  strictOkReceived: "switching",
  strictAwaitingSites: "switching",
  strictAwaitingServerReady: "switching",
  strictLeft: "switching",
  strictDialing: "switching",
  strictAwaitingAllRedirected: "switching",
  searching: "searching",
  resuming: "switching",
  disconnecting: "ended",
  closed: "ended",
} as const satisfies Record<CnaptState, CnaptPhase>;

/** Over which provider streams are bound: the session's, the switch's target, or none for now. */
export const BOUND_OVER = {
  idle: "none",
  dialing: "none",
  awaitingConnectAck: "none",
  connected: "current",
  preparing: "current",
  overlapAwaitingStep1Ack: "current",
  overlapDraining: "target",
  overlapDrained: "target",
  overlapOkReceived: "target",
  overlapAwaitingServerReady: "target",
  overlapAwaitingAllRedirected: "target",
  strictAwaitingStep1Ack: "none",
  strictDraining: "none",
  strictDrained: "none",
  strictOkReceived: "none",
  strictAwaitingSites: "none",
  strictAwaitingServerReady: "none",
  strictLeft: "none",
  strictDialing: "none",
  strictAwaitingAllRedirected: "target",
  searching: "none",
  resuming: "target",
  disconnecting: "none",
  closed: "none",
} as const satisfies Record<CnaptState, "none" | "current" | "target">;

/**
 * Which control link a state waits for: the `first` of the session, one that is `prepared` on the
 * target ahead of an overlapped switch, one on the `target` that a strict switch has left for,
 * `any` that leads to SNAPT, or none.
 */
export const LINK_AWAITED = {
  idle: "none",
  dialing: "first",
  awaitingConnectAck: "none",
  connected: "none",
  preparing: "prepared",
  overlapAwaitingStep1Ack: "none",
  overlapDraining: "none",
  overlapDrained: "none",
  overlapOkReceived: "none",
  overlapAwaitingServerReady: "none",
  overlapAwaitingAllRedirected: "none",
  strictAwaitingStep1Ack: "none",
  strictDraining: "none",
  strictDrained: "none",
  strictOkReceived: "none",
  strictAwaitingSites: "none",
  strictAwaitingServerReady: "none",
  strictLeft: "none",
  strictDialing: "target",
  strictAwaitingAllRedirected: "none",
  searching: "any",
  resuming: "none",
  disconnecting: "none",
  closed: "none",
} as const satisfies Record<CnaptState, "none" | "first" | "prepared" | "target" | "any">;

/** At which point of a planned switch a state waits for the other sites (Multi-Site). */
export const SITE_POINT_AWAITED = {
  idle: "none",
  dialing: "none",
  awaitingConnectAck: "none",
  connected: "none",
  preparing: "none",
  overlapAwaitingStep1Ack: "none",
  overlapDraining: "none",
  overlapDrained: "none",
  overlapOkReceived: "none",
  overlapAwaitingServerReady: "none",
  overlapAwaitingAllRedirected: "none",
  strictAwaitingStep1Ack: "none",
  strictDraining: "none",
  strictDrained: "none",
  strictOkReceived: "none",
  strictAwaitingSites: "drained",
  strictAwaitingServerReady: "none",
  strictLeft: "left",
  strictDialing: "none",
  strictAwaitingAllRedirected: "none",
  searching: "none",
  resuming: "none",
  disconnecting: "none",
  closed: "none",
} as const satisfies Record<CnaptState, "none" | "drained" | "left">;

/** Whether CNAPT has said in this session what it offers, and SNAPT may hear of a change. */
export const HAS_BEGUN = {
  dialing: false,
  greeting: false,
  connected: true,
  preparing: true,
  switching: true,
  searching: true,
  ended: false,
} as const satisfies Readonly<Record<CnaptPhase, boolean>>;
