import { SWITCH_KINDS, type SwitchKind } from "./switch_kind.ts";

/** What a notice can be about (docs/notices.md). */
export const NOTICE_EVENTS = ["switched", "switchFailed", "pathChanged", "pathLost"] as const;
export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

/** Whether a network costs by what is sent. */
export const METERED = ["unknown", "no", "yes"] as const;

/** `none` where the report is not about a switch. */
export const REPORTED_SWITCHES = ["none", ...SWITCH_KINDS] as const;

/** Longest name of a provider in a report, in bytes of UTF-8. */
export const MAX_PROVIDER_BYTES = 64;

/** On the wire these stand for null. */
export const UNKNOWN_U32 = 0xffff_ffff;
export const UNKNOWN_U64 = Number.MAX_SAFE_INTEGER;

/**
 * CNAPT tells SNAPT what became of the path, since SNAPT cannot know the networks of the other
 * side. It is worth nothing after the link on which it travelled is gone.
 */
export interface PathReport {
  readonly kind: "pathReport";
  readonly event: NoticeEvent;
  readonly switchKind: SwitchKind | "none";
  /** The provider before; empty where the report is not about a switch. */
  readonly from: string;
  readonly provider: string;
  readonly metered: boolean | null;
  /** In microseconds. */
  readonly roundTripUs: number | null;
  /** Bytes per second. */
  readonly rate: number | null;
  readonly stallMs: number | null;
  readonly reason: string;
}
