import type { LinkId } from "../stream/link_id.ts";
import type { Disconnect, Refused } from "../wire/message.ts";
import type { CarriedBy } from "./carried_data.ts";

/** What happens to SNAPT's handshake, with all that its actions have to know of it. */
export type SnaptEvent =
  | { readonly kind: "overlappedStep1Received"; readonly epoch: number }
  | { readonly kind: "strictStep1Received"; readonly epoch: number }
  | { readonly kind: "inboundDrained" }
  | { readonly kind: "clientReadyReceived" }
  /** SWITCH_STEP2 came on `link`, which is authenticated. */
  | { readonly kind: "step2Received"; readonly link: LinkId; readonly recordReceived: number }
  /** SWITCH_UNEXPECTED came on `link`, which is authenticated. */
  | {
    readonly kind: "unexpectedReceived";
    readonly link: LinkId;
    readonly epoch: number;
    readonly recordReceived: number;
  }
  | { readonly kind: "allRebound" }
  | { readonly kind: "controlLost" }
  | { readonly kind: "switchTimedOut" }
  | { readonly kind: "disconnectReceived" }
  /** `farewell`: what CNAPT is told, if it can be told anything. */
  | { readonly kind: "endRequested"; readonly farewell: Farewell };

/** The last word of SNAPT: it stops, or turns this CNAPT away. */
export type Farewell = Disconnect | Refused;

export type SnaptEventKind = SnaptEvent["kind"];

/** The actions that need what an event carries, and the events that carry it. */
export const SNAPT_CARRIED_BY = {
  enterEpoch: ["overlappedStep1Received", "strictStep1Received", "unexpectedReceived"],
  adoptControl: ["step2Received", "unexpectedReceived"],
  resendRecord: ["step2Received", "unexpectedReceived"],
  sendFarewell: ["endRequested"],
  endSession: ["disconnectReceived", "endRequested", "switchTimedOut"],
} as const satisfies CarriedBy<string, SnaptEventKind>;
