import type { CnaptEvent } from "../handshake/cnapt_transitions.ts";
import type { AckedStep } from "../wire/message.ts";

/** What an ACK of SNAPT means to CNAPT's handshake. */
export const ACK_EVENTS = {
  connect: "connectAcked",
  disconnect: "disconnectAcked",
  switchStep1: "step1Acked",
  switchStep2: "step2Acked",
  switchUnexpected: "unexpectedAcked",
} as const satisfies Record<AckedStep, CnaptEvent>;
