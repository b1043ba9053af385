import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { NoticesSnapshot } from "../../relay/notice/notice_board.ts";
import { NoticeLog } from "../common/notice_log.tsx";

/** What programs that asked for it were told last. */
export function NoticesPart(
  { notices, isOfSeveral }: { readonly notices: NoticesSnapshot; readonly isOfSeveral: boolean },
): JSX.Element {
  return (
    <NoticeLog
      notices={notices}
      subjectOf={({ site }) => isOfSeveral ? site : ""}
      empty="Nothing has changed since CNAPT has started."
    />
  );
}
