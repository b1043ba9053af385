import { formatHostPort } from "../../config/host_port.ts";
import type { NotifyConfig } from "../../config/notify_config.ts";
import { unreachable } from "../../core/exhaustive.ts";
import { postJson } from "../../net/http_post.ts";
import { runCommand } from "../../net/run_command.ts";
import { sendDatagram } from "../../net/send_datagram.ts";
import { NoticeBoard } from "../../relay/notice/notice_board.ts";
import type { NoticeReceiver } from "../../relay/notice/notice_queue.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";

/** The board with everybody on it whom the configuration names. */
export function openNoticeBoard(notify: readonly NotifyConfig[], tasks: TaskGroup): NoticeBoard {
  return new NoticeBoard(notify.map(receiverOf), tasks);
}

/** How a program is told that the configuration names. */
export function receiverOf(config: NotifyConfig): NoticeReceiver {
  switch (config.kind) {
    case "post": {
      // What else an address may hold is often a secret, and the status shows the name.
      const { origin, pathname } = new URL(config.url);
      return {
        name: `post ${origin}${pathname}`,
        deliver: (text, signal) => postJson(config.url, text, signal),
      };
    }
    case "command":
      return {
        name: `command ${config.argv[0]}`,
        deliver: (text, signal) => runCommand(config.argv, `${text}\n`, signal),
      };
    case "udp":
      return {
        name: `udp ${formatHostPort(config.to)}`,
        deliver: (text) => sendDatagram(text, config.to),
      };
    default:
      return unreachable(config);
  }
}
