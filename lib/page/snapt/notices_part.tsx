import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { NoticesSnapshot } from "../../relay/notice/notice_board.ts";
import { NoticeLog } from "../common/notice_log.tsx";

/** What programs that asked for it were told last, with the CNAPT that it is about. */
export function NoticesPart({ notices }: { readonly notices: NoticesSnapshot }): JSX.Element {
  return (
    <NoticeLog
      notices={notices}
      subjectOf={({ client }) => client ?? ""}
      empty="No CNAPT has told of a switch since SNAPT was started."
    />
  );
}
