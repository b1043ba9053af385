import type { NoticeBoard, NoticeListener } from "../relay/notice/notice_board.ts";
import type { Clock } from "../relay/run/clock.ts";

/** So many notices wait for a program that does not read; an older one gives way to a newer one. */
const MAX_WAITING = 16;
/** A line without meaning is sent that often, so that a listener that has gone is noticed. */
const STILL_HERE_MS = 15_000;

const encoder = new TextEncoder();

/**
 * `GET /events`: notices as server-sent events (WHATWG HTML, section 9.2), each one event of the
 * type `notice` with the JSON of docs/notices.md as its data; `endsAt`: how long it may listen, in ms
 * since 1970.
 */
export function noticeEvents(board: NoticeBoard, clock: Clock, endsAt = Infinity): Response {
  const waiting: string[] = [];
  let skipped = 0;
  let wake: () => void = () => {};
  let life: "open" | "ended" = "open";
  const listener: NoticeListener = {
    noticed: (text) => {
      waiting.push(text);
      if (waiting.length > MAX_WAITING) {
        waiting.shift();
        skipped += 1;
      }
      wake();
    },
    ended: () => {
      life = "ended";
      wake();
    },
  };
  if (!board.listen(listener)) {
    return Response.json({ error: "Cannot tell events: too many listen already" }, { status: 503 });
  }
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(encoder.encode(": notices follow\n\n")),
    pull: async (controller) => {
      if (waiting.length === 0 && life === "open") {
        await new Promise<void>((resolve) => {
          const timer = clock.timer(STILL_HERE_MS, resolve);
          wake = () => {
            timer.cancel();
            resolve();
          };
        });
      }
      if (clock.date().getTime() >= endsAt) {
        life = "ended";
        board.leave(listener);
      }
      if (life === "ended") return controller.close();
      const gap = skipped === 0 ? "" : `: ${skipped} older notices were left out\n`;
      skipped = 0;
      const text = waiting.shift();
      const event = text === undefined ? ": still here\n\n" : `event: notice\ndata: ${text}\n\n`;
      controller.enqueue(encoder.encode(gap + event));
    },
    cancel: () => {
      life = "ended";
      board.leave(listener);
      wake();
    },
  }, { highWaterMark: 1 });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no", // nginx would keep events back
    },
  });
}
