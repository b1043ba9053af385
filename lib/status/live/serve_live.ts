import type { Hono } from "hono";
import type { NoticeBoard } from "../../relay/notice/notice_board.ts";
import type { Clock } from "../../relay/run/clock.ts";
import { accessEndsAt } from "../guard.ts";
import type { LiveFeed } from "./live_feed.ts";

/** Where the news of a program come from. */
export interface LiveSource {
  readonly board: NoticeBoard;
  readonly clock: Clock;
}

/** Serves `GET /live`: `document` at first, then what changes in it, and notices. */
export function serveLive(app: Hono, { board, clock }: LiveSource, document: () => object): void {
  let feed: Promise<LiveFeed> | null = null;
  app.get("/live", async (c) => {
    feed ??= openFeed({ board, clock }, document);
    const { liveEvents } = await import("./live_events.ts");
    const lastEventId = c.req.header("last-event-id") ?? "";
    return liveEvents(await feed, { lastEventId, endsAt: accessEndsAt(c) });
  });
}

/** Nothing of it is there before the first page is opened. */
async function openFeed({ board, clock }: LiveSource, document: () => object): Promise<LiveFeed> {
  const { LiveFeed } = await import("./live_feed.ts");
  const run = crypto.randomUUID().replaceAll("-", "");
  const feed = new LiveFeed({ document, run, clock });
  board.follow({ noticed: (json) => feed.notice(json), ended: () => feed.close() });
  return feed;
}
