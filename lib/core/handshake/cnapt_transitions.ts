/**
 * CNAPT's side of the handshake, both planned shapes and the sudden switch, as one table.
 *
 * Theory of operation. `overlap…` states are the planned switch with both networks up: links on
 * the new provider exist before SWITCH_STEP1, every stream moves at the position that its LAST
 * MESSAGE names, forwarding never stops. `strict…` states follow the patent to the letter: stop,
 * drain, close everything, change the provider, bind again; `sitesReady` says that the other
 * sites have come as far (Multi-Site), at once when there are none. `searching` and `resuming` are the
 * sudden switch; every state of a planned switch falls into it when the old path breaks too
 * early. The table knows no sockets and no time: `CnaptSession` carries the actions out.
 */
import type { CnaptEventKind } from "./cnapt_event.ts";
import { type Row, type Table, takes, transition } from "./transition.ts";

export const CNAPT_STATES = [
  "idle",
  "dialing",
  "awaitingConnectAck",
  "connected",
  "preparing",
  "overlapAwaitingStep1Ack",
  "overlapDraining",
  "overlapDrained",
  "overlapOkReceived",
  "overlapAwaitingServerReady",
  "overlapAwaitingAllRedirected",
  "strictAwaitingStep1Ack",
  "strictDraining",
  "strictDrained",
  "strictOkReceived",
  "strictAwaitingSites",
  "strictAwaitingServerReady",
  "strictLeft",
  "strictDialing",
  "strictAwaitingAllRedirected",
  "searching",
  "resuming",
  "disconnecting",
  "closed",
] as const;
export type CnaptState = (typeof CNAPT_STATES)[number];

export type CnaptAction =
  | "dialControl"
  | "sendConnect"
  | "openSession"
  | "reportRefusal"
  | "suspendDecision"
  | "resumeDecision"
  | "beginPlanned"
  | "prepareNewLinks"
  | "keepPrepared"
  | "abandonNewLinks"
  | "failSwitch"
  | "stopForwarding"
  | "sendStep1"
  | "enterEpoch"
  | "redirectOutbound"
  | "sendLastMessages"
  | "startDrainTimer"
  | "awaitSitesDrained"
  | "sendClientReady"
  | "closeOldLinks"
  | "closeAllLinks"
  | "awaitSitesLeft"
  | "adoptFirstControl"
  | "adoptPreparedControl"
  | "adoptNewControl"
  | "sendStep2"
  | "sendUnexpected"
  | "rebindStreams"
  | "rebindDeferred"
  | "resendRecord"
  | "beginSudden"
  | "noteFailure"
  | "fallBackToSudden"
  | "completeSwitch"
  | "loseSession"
  | "sendDisconnect"
  | "closeSession";

type CnaptRow = Row<CnaptState, CnaptAction>;

const suddenly: CnaptRow = {
  next: "searching",
  actions: ["suspendDecision", "beginSudden", "closeAllLinks", "dialControl"],
  steps: ["C1*", "C2*", "C3*", "C4*", "C5*", "C6*", "C7*", "C8*", "C9*", "C10*", "C11*", "C12*"],
};
const fallingBack: CnaptRow = {
  next: "searching",
  actions: ["abandonNewLinks", "fallBackToSudden", "dialControl", "closeAllLinks"],
  steps: ["C2*", "C3*", "C4*", "C5*", "C6*", "C8*", "C9*", "C10*", "C11*", "C12*"],
};
const leaveProvider: CnaptRow = {
  next: "strictLeft",
  actions: ["closeAllLinks", "awaitSitesLeft"],
  steps: ["C4", "C15", "C16", "C17", "C20", "C21"],
};
const stop: CnaptRow = { next: "disconnecting", actions: ["sendDisconnect"] };
const stopWithoutPeer: CnaptRow = { next: "closed", actions: ["closeSession"] };
const lost: CnaptRow = { next: "closed", actions: ["loseSession", "closeSession"] };
const refusedForGood: CnaptRow = {
  next: "closed",
  actions: ["reportRefusal", "loseSession", "closeSession"],
};
const afterEnd = (why: string): CnaptRow => ({ next: "closed", actions: [], ignored: why });
const awaitingGoodbye = (why: string): CnaptRow => ({
  next: "disconnecting",
  actions: [],
  ignored: why,
});

export const CNAPT_TRANSITIONS = {
  idle: {
    startRequested: { next: "dialing", actions: ["dialControl"] },
    stopRequested: stopWithoutPeer,
  },
  dialing: {
    controlReady: {
      next: "awaitingConnectAck",
      actions: ["adoptFirstControl", "sendConnect"],
    },
    controlFailed: { next: "dialing", actions: ["dialControl"] },
    refused: refusedForGood,
    switchTimedOut: { next: "dialing", actions: [], ignored: "there is no session to lose yet" },
    stopRequested: stopWithoutPeer,
  },
  awaitingConnectAck: {
    connectAcked: {
      next: "connected",
      actions: ["openSession", "resendRecord", "rebindStreams"],
    },
    refused: refusedForGood,
    pathLost: { next: "dialing", actions: ["closeAllLinks", "dialControl"] },
    switchTimedOut: { next: "dialing", actions: ["closeAllLinks", "dialControl"] },
    stopRequested: stopWithoutPeer,
  },
  connected: {
    overlappedSwitchRequested: {
      next: "preparing",
      actions: ["beginPlanned", "suspendDecision", "prepareNewLinks"],
      steps: ["C1", "C7"],
    },
    strictSwitchRequested: {
      next: "strictAwaitingStep1Ack",
      actions: ["beginPlanned", "suspendDecision", "stopForwarding", "sendStep1"],
      steps: ["C1", "C2", "C3", "C5", "C6", "C7", "C8", "C9", "C10", "C11"],
    },
    pathLost: suddenly,
    refused: refusedForGood,
    stopRequested: stop,
  },

  // Planned, overlapped.
  preparing: {
    newLinksReady: {
      next: "overlapAwaitingStep1Ack",
      actions: ["keepPrepared", "sendStep1"],
      steps: ["C9", "C10", "C11", "C23", "C24", "C28"],
    },
    newLinksFailed: {
      next: "connected",
      actions: ["abandonNewLinks", "failSwitch", "resumeDecision"],
    },
    switchTimedOut: {
      next: "connected",
      actions: ["abandonNewLinks", "failSwitch", "resumeDecision"],
    },
    pathLost: fallingBack,
    refused: refusedForGood,
    stopRequested: stop,
  },
  overlapAwaitingStep1Ack: {
    step1Acked: {
      next: "overlapDraining",
      actions: ["enterEpoch", "redirectOutbound", "startDrainTimer"],
      steps: ["C8", "C12", "C13", "C14", "C27", "C31", "C32"],
    },
    pathLost: fallingBack,
    switchTimedOut: fallingBack,
    refused: refusedForGood,
    stopRequested: stop,
  },
  overlapDraining: {
    inboundDrained: { next: "overlapDrained", actions: [], steps: ["C13"] },
    okReceived: { next: "overlapOkReceived", actions: [], steps: ["C14"] },
    pathLost: fallingBack,
    switchTimedOut: fallingBack,
    refused: refusedForGood,
    stopRequested: stop,
  },
  overlapDrained: {
    okReceived: {
      next: "overlapAwaitingServerReady",
      actions: ["sendClientReady"],
      steps: ["C14", "C18", "C19"],
    },
    pathLost: fallingBack,
    switchTimedOut: fallingBack,
    refused: refusedForGood,
    stopRequested: stop,
  },
  overlapOkReceived: {
    inboundDrained: {
      next: "overlapAwaitingServerReady",
      actions: ["sendClientReady"],
      steps: ["C13", "C18", "C19"],
    },
    pathLost: fallingBack,
    switchTimedOut: fallingBack,
    refused: refusedForGood,
    stopRequested: stop,
  },
  overlapAwaitingServerReady: {
    serverReadyReceived: {
      next: "overlapAwaitingAllRedirected",
      actions: ["closeOldLinks", "adoptPreparedControl", "sendStep2"],
      steps: ["C15", "C16", "C17", "C20", "C21", "C22", "C25", "C26", "C29", "C33"],
    },
    pathLost: fallingBack,
    switchTimedOut: fallingBack,
    refused: refusedForGood,
    stopRequested: stop,
  },
  overlapAwaitingAllRedirected: {
    step2Acked: { next: "overlapAwaitingAllRedirected", actions: ["resendRecord"] },
    allRedirectedReceived: {
      next: "connected",
      actions: ["completeSwitch", "resumeDecision"],
      steps: ["C30", "C33", "C34"],
    },
    pathLost: fallingBack,
    switchTimedOut: fallingBack,
    refused: refusedForGood,
    stopRequested: stop,
  },

  // Planned, strict.
  strictAwaitingStep1Ack: {
    step1Acked: {
      next: "strictDraining",
      actions: ["enterEpoch", "sendLastMessages", "startDrainTimer"],
      steps: ["C12", "C13", "C14"],
    },
    pathLost: fallingBack,
    switchTimedOut: fallingBack,
    refused: refusedForGood,
    stopRequested: stop,
  },
  strictDraining: {
    inboundDrained: { next: "strictDrained", actions: [], steps: ["C13"] },
    okReceived: { next: "strictOkReceived", actions: [], steps: ["C14"] },
    pathLost: fallingBack,
    switchTimedOut: fallingBack,
    refused: refusedForGood,
    stopRequested: stop,
  },
  strictDrained: {
    okReceived: {
      next: "strictAwaitingSites",
      actions: ["awaitSitesDrained"],
      steps: ["C14"],
    },
    pathLost: fallingBack,
    switchTimedOut: fallingBack,
    refused: refusedForGood,
    stopRequested: stop,
  },
  strictOkReceived: {
    inboundDrained: {
      next: "strictAwaitingSites",
      actions: ["awaitSitesDrained"],
      steps: ["C13"],
    },
    pathLost: fallingBack,
    switchTimedOut: fallingBack,
    refused: refusedForGood,
    stopRequested: stop,
  },
  strictAwaitingSites: {
    sitesReady: {
      next: "strictAwaitingServerReady",
      actions: ["sendClientReady"],
      steps: ["C14", "C18", "C19"],
    },
    pathLost: fallingBack,
    switchTimedOut: fallingBack,
    refused: refusedForGood,
    stopRequested: stop,
  },
  strictAwaitingServerReady: {
    serverReadyReceived: leaveProvider,
    pathLost: leaveProvider,
    switchTimedOut: fallingBack,
    refused: refusedForGood,
    stopRequested: stop,
  },
  strictLeft: {
    sitesReady: {
      next: "strictDialing",
      actions: ["dialControl"],
      steps: ["C22", "C23", "C24", "C28"],
    },
    providerNotConnected: {
      next: fallingBack.next,
      actions: ["noteFailure", ...fallingBack.actions],
      steps: fallingBack.steps,
    },
    switchTimedOut: lost,
    stopRequested: stopWithoutPeer,
  },
  strictDialing: {
    controlReady: {
      next: "strictAwaitingAllRedirected",
      actions: ["adoptNewControl", "sendStep2", "rebindStreams"],
      steps: ["C25", "C26", "C27", "C28", "C29", "C31", "C32", "C33"],
    },
    controlFailed: fallingBack,
    refused: refusedForGood,
    switchTimedOut: lost,
    stopRequested: stopWithoutPeer,
  },
  strictAwaitingAllRedirected: {
    step2Acked: {
      next: "strictAwaitingAllRedirected",
      actions: ["resendRecord", "rebindDeferred"],
      steps: ["C32"],
    },
    allRedirectedReceived: {
      next: "connected",
      actions: ["completeSwitch", "resumeDecision"],
      steps: ["C30", "C33", "C34"],
    },
    pathLost: fallingBack,
    switchTimedOut: lost,
    refused: refusedForGood,
    stopRequested: stop,
  },

  // Sudden.
  searching: {
    controlReady: {
      next: "resuming",
      actions: ["adoptNewControl", "sendUnexpected", "rebindStreams"],
      steps: ["C12*", "C13*", "C14*", "C15*", "C16*", "C17*", "C19*", "C20*", "C21*", "C22*"],
    },
    controlFailed: { next: "searching", actions: ["dialControl"] },
    refused: refusedForGood,
    switchTimedOut: lost,
    stopRequested: stopWithoutPeer,
  },
  resuming: {
    unexpectedAcked: {
      next: "resuming",
      actions: ["resendRecord", "rebindDeferred"],
      steps: ["C20*", "C22*"],
    },
    allRedirectedReceived: {
      next: "connected",
      actions: ["completeSwitch", "resumeDecision"],
      steps: ["C18*", "C21*", "C22*", "C23*"],
    },
    pathLost: {
      next: "searching",
      actions: ["closeAllLinks", "dialControl"],
      steps: ["C2*", "C3*", "C4*", "C5*", "C6*", "C8*", "C9*", "C10*", "C11*", "C12*"],
    },
    refused: refusedForGood,
    switchTimedOut: lost,
    stopRequested: stop,
  },

  // The end.
  disconnecting: {
    disconnectAcked: { next: "closed", actions: ["closeSession"] },
    disconnectTimedOut: { next: "closed", actions: ["closeSession"] },
    pathLost: { next: "closed", actions: ["closeSession"] },
    refused: { next: "closed", actions: ["closeSession"] },
    stopRequested: awaitingGoodbye("the goodbye is under way"),
    switchTimedOut: awaitingGoodbye("nothing is resumed any more"),
    connectAcked: awaitingGoodbye("crossed the goodbye"),
    step1Acked: awaitingGoodbye("crossed the goodbye"),
    step2Acked: awaitingGoodbye("crossed the goodbye"),
    unexpectedAcked: awaitingGoodbye("crossed the goodbye"),
    okReceived: awaitingGoodbye("crossed the goodbye"),
    serverReadyReceived: awaitingGoodbye("crossed the goodbye"),
    allRedirectedReceived: awaitingGoodbye("crossed the goodbye"),
    inboundDrained: awaitingGoodbye("nothing is drained any more"),
    newLinksReady: awaitingGoodbye("the switch was given up"),
    newLinksFailed: awaitingGoodbye("the switch was given up"),
  },
  closed: {
    stopRequested: afterEnd("already closed"),
    disconnectTimedOut: afterEnd("already closed"),
    switchTimedOut: afterEnd("already closed"),
    pathLost: afterEnd("already closed"),
  },
} as const satisfies Table<CnaptState, CnaptEventKind, CnaptAction>;

/** Looks up CNAPT's reaction to `event`; throws `IllegalEvent` where there is none. */
export function cnaptTransition(state: CnaptState, event: CnaptEventKind): CnaptRow {
  return transition<CnaptState, CnaptEventKind, CnaptAction>(
    "CNAPT",
    CNAPT_TRANSITIONS,
    state,
    event,
  );
}

/** Whether CNAPT waits for `event` in `state`. */
export function cnaptTakes(state: CnaptState, event: CnaptEventKind): boolean {
  return takes<CnaptState, CnaptEventKind, CnaptAction>(CNAPT_TRANSITIONS, state, event);
}
