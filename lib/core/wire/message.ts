/**
 * The messages that CNAPT and SNAPT exchange, as one union.
 *
 * Theory of operation. Every link starts with the preamble (`preamble.ts`) and is then *parked*.
 * The first frame decides what it becomes: `bind` makes it the link of one stream, after which
 * (and after the answering `bound`) it carries nothing but payload; `connect`, `switchStep2` and
 * `switchUnexpected` make it the control link of a session, on which frames follow one another
 * until it is closed. A frame is a four-byte length, a one-byte type and a body.
 *
 * Two classes of control messages: those of the *record* carry a sequence number, are kept by
 * their sender until the peer said that it has them, and are sent again after a switch; all
 * others are worth nothing after the link on which they travelled is gone.
 *
 * Names follow the patent where it has one (CONNECT, SWITCH_STEP1, ...).
 */
import type { RecordMessage } from "./record_message.ts";
import type { DatagramLinkMessage } from "./datagram_messages.ts";
import type { Measure, Measured } from "./measure_messages.ts";
import type { StreamOpening } from "./stream_opening.ts";
import type { ToldByCnapt } from "./told_by_cnapt.ts";

/** The version of everything below; a peer of another version is refused with `version`. */
export const PROTOCOL_VERSION = 4;

/** Largest body of a frame, in bytes. A longer announced length is a protocol error. */
export const MAX_FRAME_BODY_BYTES = 16 * 1024;

/** Largest number of entries in `lastMessageBeforeRedirection`, `positions` and `held`; more are split. */
export const MAX_ENTRIES = 1000;

/** Largest number of services in one `services` message. */
export const MAX_SERVICES = 128;

/** Most padding of a `ping`: two packets full, and no more than is kept of a parked link. */
export const MAX_PADDING_BYTES = 2_800;

/** Longest service name, in bytes of UTF-8. */
export const MAX_NAME_BYTES = 64;

/** Longest name of a host (RFC 1035, section 3.1), in bytes of UTF-8. */
export const MAX_HOST_BYTES = 255;

/** Longest address of an application, in bytes. */
export const MAX_ADDRESS_BYTES = 64;

/** Longest sentence in `refused` and `disconnect`, in bytes of UTF-8. */
export const MAX_SENTENCE_BYTES = 512;

/** Why a peer was turned away; the code is for programs, the sentence beside it for people. */
export const REFUSAL_CODES = [
  "unknownId",
  "badKey",
  "revoked",
  "full",
  "version",
  "unknownSession",
  "staleEpoch",
  "malformed",
  "shuttingDown",
  "displaced",
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** What an `ack` confirms. */
export const ACKED_STEPS = [
  "connect",
  "disconnect",
  "switchStep1",
  "switchStep2",
  "switchUnexpected",
] as const;
export type AckedStep = (typeof ACKED_STEPS)[number];

/**
 * What CONNECT does to the session of another instance, if there is one: it ends that
 * (`atOnce`), or is refused because of it (`ifFree`).
 */
export const CLAIMS = ["atOnce", "ifFree"] as const;
export type Claim = (typeof CLAIMS)[number];

/** A planned switch with both networks up, when nothing stops, or with one adapter at a time. */
export const SWITCH_SHAPES = ["overlapped", "strict"] as const;
export type SwitchShape = (typeof SWITCH_SHAPES)[number];

/** `overlap`: the bytes before `from` still come on the previous link; `replay`: they do not. */
export const BIND_MODES = ["open", "replay", "overlap"] as const;
export type BindMode = (typeof BIND_MODES)[number];

/** One stream and a position in it. Positions are safe integers (below 2^53), 8 bytes on the wire. */
export interface StreamPosition {
  readonly stream: number;
  readonly position: number;
}

/** Makes the parked link on which it travels the link of `stream`; sent by the opener. */
export interface Bind {
  readonly kind: "bind";
  /** The session of the stream: SNAPT may have another of this CNAPT by now. */
  readonly instance: string;
  readonly stream: number;
  readonly epoch: number;
  /** Counts the links of this stream; a lower number than the last seen is stale. */
  readonly binding: number;
  readonly mode: BindMode;
  /** Position of the first payload byte that the sender of this frame sends on this link. */
  readonly from: number;
  /** Position up to which the sender of this frame has taken bytes of the other direction. */
  readonly received: number;
  readonly opening: StreamOpening;
}

/** Answers `bind` on the same link. */
export interface Bound {
  readonly kind: "bound";
  readonly stream: number;
  readonly epoch: number;
  readonly binding: number;
  readonly from: number;
  readonly received: number;
}

/** First message of a session (patent: CONNECT). */
export interface Connect {
  readonly kind: "connect";
  /** Random per start of CNAPT (8 bytes, hex): tells a restart from a resume. */
  readonly instance: string;
  readonly claim: Claim;
}

/** Turns the other side away (patent: REFUSED). */
export interface Refused {
  readonly kind: "refused";
  readonly code: RefusalCode;
  readonly sentence: string;
}

/** Ends the session (patent: DISCONNECT); answered by `ack`. */
export interface Disconnect {
  readonly kind: "disconnect";
  readonly sentence: string;
}

/** Confirms a step (patent: ACK and the connect and disconnect acknowledgements). */
export interface Ack {
  readonly kind: "ack";
  readonly of: AckedStep;
  readonly epoch: number;
  /** Sequence number of the last message of the record that the sender has. */
  readonly recordReceived: number;
  /** Z, the time in ms for which the sender keeps a session without a network. */
  readonly switchTimeoutMs: number;
}

export interface SwitchStep1 {
  readonly kind: "switchStep1";
  /** The epoch that the switch leads to. */
  readonly epoch: number;
  readonly shape: SwitchShape;
}

/** For each stream the position at which its sender leaves the old link. */
export interface LastMessageBeforeRedirection {
  readonly kind: "lastMessageBeforeRedirection";
  readonly epoch: number;
  readonly entries: readonly StreamPosition[];
}

export interface OkToRedirection {
  readonly kind: "okToRedirection";
  readonly epoch: number;
}

export interface ClientServicesReadyForRedirection {
  readonly kind: "clientServicesReadyForRedirection";
  readonly epoch: number;
}

export interface ServerServicesReadyForRedirection {
  readonly kind: "serverServicesReadyForRedirection";
  readonly epoch: number;
}

/** First message on the new control link of a planned switch. */
export interface SwitchStep2 {
  readonly kind: "switchStep2";
  readonly instance: string;
  readonly epoch: number;
  readonly recordReceived: number;
}

/** First message on the new control link after a sudden loss. */
export interface SwitchUnexpected {
  readonly kind: "switchUnexpected";
  readonly instance: string;
  readonly epoch: number;
  readonly recordReceived: number;
}

export interface AllRedirected {
  readonly kind: "allRedirected";
  readonly epoch: number;
  readonly recordReceived: number;
  /** Bytes that SNAPT sent a second time because of this switch. */
  readonly replayedBytes: number;
}

/** Acknowledgement: bytes of these streams before `position` were accepted by the application. */
export interface Positions {
  readonly kind: "positions";
  readonly recordReceived: number;
  readonly entries: readonly StreamPosition[];
}

/**
 * Follows `positions`: bytes of these streams before `position` were taken from their links, and
 * the application has yet to accept some of them. Nothing is read from those links meanwhile.
 */
export interface Held {
  readonly kind: "held";
  readonly entries: readonly StreamPosition[];
}

export interface Ping {
  readonly kind: "ping";
  readonly token: number;
  /**
   * So many zero bytes follow, none where it is left out: a question that fills packets shows
   * whether the network carries full ones. On a parked link the answer is as long.
   */
  readonly padding?: number;
}

export interface Pong {
  readonly kind: "pong";
  readonly token: number;
  /** As in `ping`. */
  readonly padding?: number;
}

export type Message =
  | Bind
  | Bound
  | DatagramLinkMessage
  | Connect
  | Refused
  | Disconnect
  | Ack
  | SwitchStep1
  | LastMessageBeforeRedirection
  | OkToRedirection
  | ClientServicesReadyForRedirection
  | ServerServicesReadyForRedirection
  | SwitchStep2
  | SwitchUnexpected
  | AllRedirected
  | Positions
  | Held
  | Ping
  | Pong
  | Measure
  | Measured
  | ToldByCnapt
  | RecordMessage;
