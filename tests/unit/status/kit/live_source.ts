import { NoticeBoard } from "../../../../lib/relay/notice/notice_board.ts";
import type { LiveSource } from "../../../../lib/status/live/serve_live.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

/** News that only a test makes. */
export function liveSource(clock = new VirtualClock()): LiveSource {
  return { board: new NoticeBoard([], testTasks(clock)), clock };
}
