import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { Notice } from "../../core/notice/notice.ts";
import type { NoticesSnapshot } from "../../relay/notice/notice_board.ts";
import { counted } from "../../status/words/counted.ts";
import { inMs, timeOfDay } from "./formats.ts";
import { Prose } from "./prose.tsx";
import { Section } from "./section.tsx";

export interface NoticeLogProps {
  readonly notices: NoticesSnapshot;
  /** Whom or what a notice is about, where that has to be said; empty: nothing. */
  readonly subjectOf: (notice: Notice) => string;
  /** What stands there when there was none. */
  readonly empty: string;
}

/** What programs that asked for it were told last. */
export function NoticeLog({ notices, subjectOf, empty }: NoticeLogProps): JSX.Element {
  const { recent: last, published, listeners } = notices;
  return (
    <Section
      id="notices"
      title="Last notices"
      aside={
        <span class="quiet">
          {counted(published, "notice")}, {counted(listeners, "listener")}
        </span>
      }
    >
      {last.length === 0 ? <p class="quiet">{empty}</p> : (
        <ul class="log">
          {[...last].reverse().map((notice, at) => (
            <li key={`${notice.at} ${at}`}>
              <time dateTime={notice.at}>{timeOfDay(notice.at, Date.now())}</time>{" "}
              <Prose text={withSubject(subjectOf(notice), noticeInWords(notice))} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

const WHAT: Readonly<Record<Notice["event"], string>> = {
  switched: "Switched",
  switchFailed: "A switch failed",
  pathChanged: "The path has changed",
  pathLost: "The path is lost",
  confirmationWanted: "A person is asked",
  confirmationEnded: "A question has ended",
  noNetwork: "This machine has no network",
};

function noticeInWords(notice: Notice): string {
  const { event, from, provider, suggested, stallMs, roundTripMs, reason } = notice;
  const way = from !== null && from !== provider ? ` from ${from} to ${provider ?? "none"}` : "";
  const facts = [
    ...(suggested === null ? [] : [`to use ${suggested}`]),
    ...(way === "" && provider !== null ? [`on ${provider}`] : []),
    ...(roundTripMs === null ? [] : [`round trip ${inMs(roundTripMs)}`]),
    ...(stallMs === null ? [] : [`longest gap ${inMs(stallMs)}`]),
    // Of no network the reason says no more.
    ...(reason === "" || event === "noNetwork" ? [] : [reason]),
  ];
  return `${WHAT[event]}${way}${facts.length === 0 ? "" : `: ${facts.join(", ")}`}`;
}

function withSubject(subject: string, words: string): string {
  return subject === "" ? words : `${subject}: ${words}`;
}
