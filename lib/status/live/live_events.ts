import { pushedBody, type PushSource } from "../../net/pushed_body.ts";
import type { LiveFeed, LiveListener, LivePosition } from "./live_feed.ts";

/**
 * `GET /live`: the feed as server-sent events (WHATWG HTML, section 9.2) for one listener, from
 * behind the event `lastEventId`, or from the beginning when that is empty or too long ago.
 */
export function liveEvents(
  feed: LiveFeed,
  { lastEventId, endsAt }: {
    readonly lastEventId: string;
    /** How long it may listen, in ms since 1970. */
    readonly endsAt: number;
  },
): Response {
  const listening = new Listening(feed, endsAt);
  if (!listening.begin(lastEventId)) {
    return Response.json({ error: "Cannot tell what happens: it is stopping" }, { status: 503 });
  }
  return new Response(pushedBody(listening), {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no", // nginx would keep events back
    },
  });
}

class Listening implements LiveListener, PushSource {
  readonly endsAt: number;
  readonly #feed: LiveFeed;
  #position: LivePosition | null = null;
  #news: () => void = () => {};

  constructor(feed: LiveFeed, endsAt: number) {
    this.#feed = feed;
    this.endsAt = endsAt;
  }

  begin(lastEventId: string): boolean {
    this.#position = this.#feed.listen(this, lastEventId);
    return this.#position !== null;
  }

  start(news: () => void): void {
    this.#news = news;
  }

  next(): Uint8Array<ArrayBuffer> | "ended" | null {
    return this.#position === null ? "ended" : this.#position.next();
  }

  news(): void {
    this.#news();
  }

  ended(): void {
    this.#position = null;
    this.#news();
  }

  cancel(): void {
    this.#feed.leave(this);
    this.ended();
  }
}
