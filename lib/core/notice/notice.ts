/**
 * What CNAPT and SNAPT tell the applications that asked: the path has become another one. The JSON
 * form of a `Notice` is documented in docs/notices.md; fields are added to it, never changed.
 */
import type { SwitchReceipt } from "../session/switch_receipt.ts";
import type { SwitchKind } from "../wire/switch_kind.ts";
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

/** What is only told on CNAPT's side: a person is asked whether to use a network. */
export type ConfirmationEvent = "confirmationWanted" | "confirmationEnded";

/** What is only told on CNAPT's side as well: this machine has no network at all. */
export type AbsenceEvent = "noNetwork";

/** The name and the number of the form of a notice. */
export const NOTICE_SCHEMA = "notice/1";

export interface Notice extends NoticeSource, PathState {
  readonly schema: typeof NOTICE_SCHEMA;
  /** The number of the schema, as it was said before notices had one. */
  readonly version: 1;
  readonly event: NoticeEvent | ConfirmationEvent | AbsenceEvent;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly changed: readonly ChangedField[];
  /** The provider before a switch. */
  readonly from: string | null;
  readonly switchKind: SwitchKind | null;
  /** Longest time for which a connection had nothing to send on, in ms. */
  readonly stallMs: number | null;
  readonly reason: string;
  /** The network that a person is asked about. */
  readonly suggested: string | null;
  /** For how many ms an answer is waited for. */
  readonly answerWithinMs: number | null;
}

/** One that is about the path; SNAPT is told of it too. */
export type PathNotice = Notice & { readonly event: NoticeEvent };

const NO_QUESTION = { suggested: null, answerWithinMs: null } as const;

/** A switch ended, well or not. */
export function noticeOfSwitch(
  source: NoticeSource,
  receipt: SwitchReceipt,
  path: PathState,
  at: string,
): PathNotice {
  const isDone = receipt.outcome === "switched";
  return {
    schema: NOTICE_SCHEMA,
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
    ...NO_QUESTION,
  };
}

/** The path has become another one without a switch, or is gone (`pathLost`). */
export function noticeOfPath(
  source: NoticeSource,
  { event, changed, reason }: {
    readonly event: "pathChanged" | "pathLost";
    readonly changed: readonly ChangedField[];
    readonly reason: string;
  },
  path: PathState,
  at: string,
): PathNotice {
  return {
    schema: NOTICE_SCHEMA,
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
    ...NO_QUESTION,
  };
}

/** What SNAPT tells when CNAPT reported to it. */
export function noticeOfReport(source: NoticeSource, report: PathReport, at: string): PathNotice {
  const isAboutSwitch = report.switchKind !== "none";
  const isMoved = report.event === "switched" && report.from !== report.provider;
  return {
    schema: NOTICE_SCHEMA,
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
    ...NO_QUESTION,
  };
}

/** A person is asked whether `suggested` is to be used, or is not asked any more. */
export function noticeOfConfirmation(
  source: NoticeSource,
  event: ConfirmationEvent,
  question: {
    readonly provider: string;
    readonly from: string;
    readonly reason: string;
    readonly leftMs: number;
  },
  at: string,
): Notice {
  return {
    schema: NOTICE_SCHEMA,
    version: 1,
    event,
    at,
    ...source,
    changed: [],
    ...UNKNOWN_PATH,
    provider: question.from,
    from: null,
    switchKind: null,
    stallMs: null,
    reason: question.reason,
    suggested: question.provider,
    answerWithinMs: event === "confirmationWanted" ? question.leftMs : null,
  };
}

/** This machine has no network that could lead anywhere. */
export function noticeOfNoNetwork(source: NoticeSource, at: string): Notice {
  return {
    schema: NOTICE_SCHEMA,
    version: 1,
    event: "noNetwork",
    at,
    ...source,
    changed: [],
    ...UNKNOWN_PATH,
    from: null,
    switchKind: null,
    stallMs: null,
    reason: "this machine has no network",
    ...NO_QUESTION,
  };
}

/** The same, for SNAPT. */
export function reportOf(notice: PathNotice): PathReport {
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

/**
 * Where CNAPT is when a session has begun. It is no news to anybody but SNAPT's own status, which
 * shows it: a report without a reason tells that.
 */
export function greetingOf(
  { provider, metered }: Pick<PathState, "provider" | "metered">,
): PathReport {
  return {
    ...{ kind: "pathReport", event: "pathChanged", switchKind: "none", from: "" },
    ...{ provider: clip(provider ?? "", MAX_PROVIDER_BYTES), metered },
    ...{ roundTripUs: null, rate: null, stallMs: null, reason: "" },
  };
}

/** Whether a report only says where its CNAPT is. */
export function isGreeting({ event, reason }: PathReport): boolean {
  return event === "pathChanged" && reason === "";
}

function orNull(text: string): string | null {
  return text === "" ? null : text;
}

/** A number that a report can carry: the largest one below stands for itself and all above. */
function wholeOrNull(value: number | null): number | null {
  return value === null ? null : Math.min(Math.max(0, Math.round(value)), 0xffff_fffe);
}
