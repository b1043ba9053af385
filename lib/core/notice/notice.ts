/**
 * What CNAPT and SNAPT tell the applications that asked: the path has become another one. The JSON
 * form of a `Notice` is documented in docs/notices.md; fields are added to it, never changed.
 */
import type { SwitchKind, SwitchReceipt } from "../session/switch_receipt.ts";
import { MAX_SENTENCE_BYTES } from "../wire/message.ts";
import { MAX_PROVIDER_BYTES, type NoticeEvent, type PathReport } from "../wire/path_report.ts";
import { clip } from "./clip.ts";

/** What is known of the path at one moment; null: not known. */
export interface PathState {
  readonly provider: string | null;
  readonly metered: boolean | null;
  readonly roundTripMs: number | null;
  /** What was achieved lately in the better second, both directions together. */
  readonly rateBytesPerSecond: number | null;
}

export const UNKNOWN_PATH: PathState = {
  provider: null,
  metered: null,
  roundTripMs: null,
  rateBytesPerSecond: null,
};

/** What of the path is not what it was. */
export type ChangedField = "provider" | "metered" | "roundTrip";

/** Who tells it. */
export interface NoticeSource {
  readonly program: "cnapt" | "snapt";
  readonly site: string;
  /** The name of the CNAPT, where SNAPT tells it. */
  readonly client: string | null;
}

export interface Notice extends NoticeSource, PathState {
  readonly version: 1;
  readonly event: NoticeEvent;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly changed: readonly ChangedField[];
  /** The provider before a switch. */
  readonly from: string | null;
  readonly switchKind: SwitchKind | null;
  /** Longest time for which a connection had nothing to send on, in ms. */
  readonly stallMs: number | null;
  readonly reason: string;
}

/** A switch ended, well or not. */
export function noticeOfSwitch(
  source: NoticeSource,
  receipt: SwitchReceipt,
  path: PathState,
  at: string,
): Notice {
  const isDone = receipt.outcome === "switched";
  return {
    version: 1,
    event: isDone ? "switched" : "switchFailed",
    at,
    ...source,
    changed: isDone && receipt.from !== receipt.to ? ["provider"] : [],
    ...path,
    from: receipt.from,
    switchKind: receipt.kind,
    stallMs: receipt.stallMs,
    reason: receipt.reason,
  };
}

/** The path has become another one without a switch, or is gone (`pathLost`). */
export function noticeOfPath(
  source: NoticeSource,
  event: "pathChanged" | "pathLost",
  changed: readonly ChangedField[],
  path: PathState,
  reason: string,
  at: string,
): Notice {
  return {
    version: 1,
    event,
    at,
    ...source,
    changed,
    ...path,
    from: null,
    switchKind: null,
    stallMs: null,
    reason,
  };
}

/** What SNAPT tells when CNAPT reported to it. */
export function noticeOfReport(source: NoticeSource, report: PathReport, at: string): Notice {
  const isAboutSwitch = report.switchKind !== "none";
  const isMoved = report.event === "switched" && report.from !== report.provider;
  return {
    version: 1,
    event: report.event,
    at,
    ...source,
    changed: isMoved ? ["provider"] : report.event === "pathChanged" ? ["roundTrip"] : [],
    provider: orNull(report.provider),
    metered: report.metered,
    roundTripMs: report.roundTripUs === null ? null : Math.round(report.roundTripUs / 100) / 10,
    rateBytesPerSecond: report.rate,
    from: isAboutSwitch ? orNull(report.from) : null,
    switchKind: report.switchKind === "none" ? null : report.switchKind,
    stallMs: report.stallMs,
    reason: report.reason,
  };
}

/** The same, for SNAPT. */
export function reportOf(notice: Notice): PathReport {
  return {
    kind: "pathReport",
    event: notice.event,
    switchKind: notice.switchKind ?? "none",
    from: clip(notice.from ?? "", MAX_PROVIDER_BYTES),
    provider: clip(notice.provider ?? "", MAX_PROVIDER_BYTES),
    metered: notice.metered,
    roundTripUs: wholeOrNull(notice.roundTripMs === null ? null : notice.roundTripMs * 1000),
    rate: wholeOrNull(notice.rateBytesPerSecond),
    stallMs: wholeOrNull(notice.stallMs),
    reason: clip(notice.reason, MAX_SENTENCE_BYTES),
  };
}

function orNull(text: string): string | null {
  return text === "" ? null : text;
}

/** A number that a report can carry: the largest one below stands for itself and all above. */
function wholeOrNull(value: number | null): number | null {
  return value === null ? null : Math.min(Math.max(0, Math.round(value)), 0xffff_fffe);
}
