/**
 * SNAPT's side of the handshake for one session, as one table.
 *
 * Theory of operation. SNAPT only answers: CNAPT decides when to switch and where to. A session
 * whose control link broke is `detached` and waits, at most Z, for SWITCH_UNEXPECTED, which may
 * come in any state, also while the old control link still looks alive. Admission (CONNECT of an
 * unknown or revoked CNAPT, limits) is decided before a session exists and is not in the table.
 */
import type { SnaptEventKind } from "./snapt_event.ts";
import { type Row, type Table, takes, transition } from "./transition.ts";

export const SNAPT_STATES = [
  "connected",
  "overlapDraining",
  "overlapAwaitingClientReady",
  "overlapAwaitingStep2",
  "strictDraining",
  "strictAwaitingClientReady",
  "strictAwaitingStep2",
  "strictRebinding",
  "detached",
  "resuming",
  "closed",
] as const;
export type SnaptState = (typeof SNAPT_STATES)[number];

export type SnaptAction =
  | "stopForwarding"
  | "enterEpoch"
  | "expectRebinds"
  | "sendLastMessages"
  | "ackStep1"
  | "startDrainTimer"
  | "sendOk"
  | "sendServerReady"
  | "closeOldLinks"
  | "closeStreamLinks"
  | "closeAllLinks"
  | "adoptControl"
  | "ackStep2"
  | "ackUnexpected"
  | "resendRecord"
  | "sendAllRedirected"
  | "startSwitchTimer"
  | "stopSwitchTimer"
  | "ackDisconnect"
  | "sendFarewell"
  | "endSession";

type SnaptRow = Row<SnaptState, SnaptAction>;

const resume: SnaptRow = {
  next: "resuming",
  actions: [
    "closeAllLinks",
    "enterEpoch",
    "adoptControl",
    "startSwitchTimer",
    "ackUnexpected",
    "resendRecord",
    "expectRebinds",
  ],
  steps: ["S1*", "S2*", "S3*", "S4*", "S5*", "S6*", "S7*", "S8*", "S9*", "S10*", "S11*", "S12*"],
};
const detach: SnaptRow = {
  next: "detached",
  actions: ["closeAllLinks", "startSwitchTimer"],
  steps: ["S2*", "S3*", "S4*", "S5*", "S6*", "S7*", "S8*"],
};
const lateStep2: SnaptRow = {
  next: "strictRebinding",
  actions: ["closeAllLinks", "adoptControl", "ackStep2", "resendRecord", "expectRebinds"],
  steps: ["S13", "S14", "S17", "S18", "S19", "S20"],
};
const goodbye: SnaptRow = { next: "closed", actions: ["ackDisconnect", "endSession"] };
const end: SnaptRow = { next: "closed", actions: ["sendFarewell", "endSession"] };
const timeOut: SnaptRow = { next: "closed", actions: ["endSession"] };
const afterEnd = (why: string): SnaptRow => ({ next: "closed", actions: [], ignored: why });

export const SNAPT_TRANSITIONS = {
  connected: {
    overlappedStep1Received: {
      next: "overlapDraining",
      actions: ["enterEpoch", "startSwitchTimer", "ackStep1", "expectRebinds", "startDrainTimer"],
      steps: ["S1", "S7", "S8", "S9", "S10"],
    },
    strictStep1Received: {
      next: "strictDraining",
      actions: [
        "enterEpoch",
        "startSwitchTimer",
        "stopForwarding",
        "sendLastMessages",
        "ackStep1",
        "startDrainTimer",
      ],
      steps: ["S1", "S2", "S3", "S5", "S6", "S7", "S8", "S9", "S10"],
    },
    unexpectedReceived: resume,
    controlLost: detach,
    disconnectReceived: goodbye,
    endRequested: end,
  },
  overlapDraining: {
    inboundDrained: {
      next: "overlapAwaitingClientReady",
      actions: ["sendOk"],
      steps: ["S10", "S11", "S12", "S21"],
    },
    unexpectedReceived: resume,
    controlLost: detach,
    switchTimedOut: timeOut,
    disconnectReceived: goodbye,
    endRequested: end,
  },
  overlapAwaitingClientReady: {
    clientReadyReceived: {
      next: "overlapAwaitingStep2",
      actions: ["closeOldLinks", "sendServerReady"],
      steps: ["S4", "S13", "S14", "S15", "S16"],
    },
    unexpectedReceived: resume,
    controlLost: detach,
    switchTimedOut: timeOut,
    disconnectReceived: goodbye,
    endRequested: end,
  },
  overlapAwaitingStep2: {
    step2Received: {
      next: "connected",
      actions: [
        "adoptControl",
        "ackStep2",
        "resendRecord",
        "sendAllRedirected",
        "stopSwitchTimer",
      ],
      steps: ["S17", "S18", "S19", "S20", "S22", "S23"],
    },
    unexpectedReceived: resume,
    controlLost: {
      next: "overlapAwaitingStep2",
      actions: [],
      ignored: "CNAPT closes its old control link [CNAPT-21] before SWITCH_STEP2 arrives",
    },
    switchTimedOut: timeOut,
    disconnectReceived: goodbye,
    endRequested: end,
  },
  strictDraining: {
    inboundDrained: {
      next: "strictAwaitingClientReady",
      actions: ["sendOk"],
      steps: ["S10", "S11", "S12"],
    },
    unexpectedReceived: resume,
    controlLost: detach,
    switchTimedOut: timeOut,
    disconnectReceived: goodbye,
    endRequested: end,
  },
  strictAwaitingClientReady: {
    clientReadyReceived: {
      next: "strictAwaitingStep2",
      actions: ["sendServerReady", "closeStreamLinks"],
      steps: ["S4", "S13", "S14", "S15", "S16"],
    },
    step2Received: lateStep2,
    unexpectedReceived: resume,
    controlLost: detach,
    switchTimedOut: timeOut,
    disconnectReceived: goodbye,
    endRequested: end,
  },
  strictAwaitingStep2: {
    step2Received: {
      next: "strictRebinding",
      actions: ["adoptControl", "ackStep2", "resendRecord", "expectRebinds"],
      steps: ["S17", "S18", "S19", "S20"],
    },
    unexpectedReceived: resume,
    controlLost: {
      next: "strictAwaitingStep2",
      actions: [],
      ignored: "CNAPT closes its old control link [CNAPT-21] before the provider goes down",
    },
    switchTimedOut: timeOut,
    disconnectReceived: goodbye,
    endRequested: end,
  },
  strictRebinding: {
    allRebound: {
      next: "connected",
      actions: ["sendAllRedirected", "stopSwitchTimer"],
      steps: ["S21", "S22", "S23"],
    },
    unexpectedReceived: resume,
    controlLost: detach,
    switchTimedOut: timeOut,
    disconnectReceived: goodbye,
    endRequested: end,
  },
  detached: {
    unexpectedReceived: resume,
    step2Received: lateStep2,
    switchTimedOut: timeOut,
    controlLost: {
      next: "detached",
      actions: [],
      ignored: "the session has no control link to lose",
    },
    endRequested: timeOut,
  },
  resuming: {
    allRebound: {
      next: "connected",
      actions: ["sendAllRedirected", "stopSwitchTimer"],
      steps: ["S13*", "S14*", "S15*", "S16*"],
    },
    unexpectedReceived: resume,
    controlLost: detach,
    switchTimedOut: timeOut,
    disconnectReceived: goodbye,
    endRequested: end,
  },
  closed: {
    controlLost: afterEnd("already closed"),
    switchTimedOut: afterEnd("already closed"),
    endRequested: afterEnd("already closed"),
  },
} as const satisfies Table<SnaptState, SnaptEventKind, SnaptAction>;

/** Looks up SNAPT's reaction to `event`; throws `IllegalEvent` where there is none. */
export function snaptTransition(state: SnaptState, event: SnaptEventKind): SnaptRow {
  return transition<SnaptState, SnaptEventKind, SnaptAction>(
    "SNAPT",
    SNAPT_TRANSITIONS,
    state,
    event,
  );
}

/** Whether SNAPT waits for `event` in `state`. */
export function snaptTakes(state: SnaptState, event: SnaptEventKind): boolean {
  return takes<SnaptState, SnaptEventKind, SnaptAction>(SNAPT_TRANSITIONS, state, event);
}
