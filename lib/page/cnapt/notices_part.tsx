import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { Notice } from "../../core/notice/notice.ts";
import type { NoticesSnapshot } from "../../relay/notice/notice_board.ts";
import { counted } from "../../status/words/counted.ts";
import { inMs, timeOfDay } from "../common/formats.ts";
import { Prose } from "../common/prose.tsx";
import { Section } from "../common/section.tsx";

/** What programs that asked for it were told last. */
export function NoticesPart(
  { notices, isOfSeveral }: { readonly notices: NoticesSnapshot; readonly isOfSeveral: boolean },
): JSX.Element {
  const { recent, published, listeners } = notices;
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
      {recent.length === 0
        ? <p class="quiet">Nothing has changed since CNAPT has started.</p>
        : (
          <ul class="log">
            {[...recent].reverse().map((notice, at) => (
              <li key={`${notice.at} ${at}`}>
                <time dateTime={notice.at}>{timeOfDay(notice.at, Date.now())}</time>{" "}
                <Prose text={`${isOfSeveral ? `${notice.site}: ` : ""}${noticeInWords(notice)}`} />
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
    ...(roundTripMs === null ? [] : [inMs(roundTripMs)]),
    ...(stallMs === null ? [] : [`longest gap ${inMs(stallMs)}`]),
    ...(reason === "" ? [] : [reason]),
  ];
  return `${WHAT[event]}${way}${facts.length === 0 ? "" : `: ${facts.join(", ")}`}`;
}
