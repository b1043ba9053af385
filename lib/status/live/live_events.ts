import type { LiveFeed, LiveListener } from "./live_feed.ts";

/**
 * `GET /live`: the feed as server-sent events (WHATWG HTML, section 9.2) for one listener, from
 * behind the event `lastEventId`, or from the beginning when that is empty or too long ago.
 */
export function liveEvents(feed: LiveFeed, lastEventId: string): Response {
  let wake: () => void = () => {};
  let life: "open" | "ended" = "open";
  const listener: LiveListener = {
    news: () => wake(),
    ended: () => {
      life = "ended";
      wake();
    },
  };
  const position = feed.listen(listener, lastEventId);
  if (position === null) {
    return Response.json({ error: "Cannot tell what happens: it is stopping" }, { status: 503 });
  }
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: async (controller) => {
      for (;;) {
        if (life === "ended") return controller.close();
        const bytes = position.next();
        if (bytes !== null) return controller.enqueue(bytes);
        await new Promise<void>((resolve) => wake = resolve);
      }
    },
    cancel: () => {
      life = "ended";
      feed.leave(listener);
      wake();
    },
  }, { highWaterMark: 0 });
  return new Response(body, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
  });
}
