import type { ProviderKey } from "../path/provider_key.ts";
import type { LinkId } from "../stream/link_id.ts";
import type { CarriedBy } from "./carried_data.ts";

/** What happens to CNAPT's handshake, with all that its actions have to know of it. */
export type CnaptEvent =
  | { readonly kind: "startRequested" }
  /** A control link that was dialled for is authenticated. */
  | { readonly kind: "controlReady"; readonly link: LinkId; readonly provider: ProviderKey }
  | { readonly kind: "controlFailed" }
  | { readonly kind: "connectAcked"; readonly recordReceived: number }
  | { readonly kind: "refused"; readonly code: string; readonly sentence: string }
  | {
    readonly kind: "overlappedSwitchRequested";
    readonly provider: ProviderKey;
    readonly reason: string;
  }
  | {
    readonly kind: "strictSwitchRequested";
    readonly provider: ProviderKey;
    readonly reason: string;
  }
  /** The links ahead of an overlapped switch are there; `link` is to become the control link. */
  | { readonly kind: "newLinksReady"; readonly link: LinkId }
  | { readonly kind: "newLinksFailed" }
  | { readonly kind: "step1Acked"; readonly recordReceived: number }
  | { readonly kind: "inboundDrained" }
  | { readonly kind: "okReceived" }
  | { readonly kind: "sitesReady" }
  | { readonly kind: "serverReadyReceived" }
  | { readonly kind: "step2Acked"; readonly recordReceived: number }
  | { readonly kind: "unexpectedAcked"; readonly recordReceived: number }
  | {
    readonly kind: "allRedirectedReceived";
    readonly recordReceived: number;
    /** What SNAPT sent a second time. */
    readonly replayedBytes: number;
  }
  | { readonly kind: "pathLost"; readonly reason: string }
  /** The old provider was left, but the new one of a strict switch could not be connected. */
  | { readonly kind: "providerNotConnected"; readonly reason: string }
  | { readonly kind: "switchTimedOut" }
  | { readonly kind: "stopRequested" }
  | { readonly kind: "disconnectAcked"; readonly recordReceived: number }
  | { readonly kind: "disconnectTimedOut" };

export type CnaptEventKind = CnaptEvent["kind"];

/** The actions that need what an event carries, and the events that carry it. */
export const CNAPT_CARRIED_BY = {
  adoptFirstControl: ["controlReady"],
  adoptNewControl: ["controlReady"],
  keepPrepared: ["newLinksReady"],
  beginPlanned: ["overlappedSwitchRequested", "strictSwitchRequested"],
  beginSudden: ["pathLost"],
  noteFailure: ["providerNotConnected"],
  reportRefusal: ["refused"],
  resendRecord: ["connectAcked", "step2Acked", "unexpectedAcked"],
  completeSwitch: ["allRedirectedReceived"],
} as const satisfies CarriedBy<string, CnaptEventKind>;
