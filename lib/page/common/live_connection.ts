import { type LiveEvent, LiveEventReader } from "./live_events.ts";

/** How the page stands with the program. */
export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  /** Nobody answers; it is tried again. */
  | { readonly kind: "away"; readonly reason: string }
  /** The token is missing or wrong: nothing more is tried. */
  | { readonly kind: "refused" };

export interface LiveListener {
  event(event: LiveEvent): void;
  connection(connection: Connection): void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
/** The server sends something every 15 s: who hears less is not connected any more. */
const SILENCE_MS = 40_000;
const UNAUTHORIZED = 401;

/**
 * Listens to `live` until `stop` is aborted, from the event after the last one that was heard.
 *
 * Not by `EventSource`, which cannot send the token but in the URL, where it would be written down.
 */
export async function listenLive(
  token: string,
  listener: LiveListener,
  stop: AbortSignal,
): Promise<void> {
  let lastId = "";
  let pauseMs = FIRST_PAUSE_MS;
  while (!stop.aborted) {
    const attempt = new AbortController();
    const end = () => attempt.abort();
    stop.addEventListener("abort", end, { once: true });
    try {
      listener.connection({ kind: "connecting" });
      const response = await fetch("live", {
        headers: {
          authorization: `Bearer ${token}`,
          ...(lastId === "" ? {} : { "last-event-id": lastId }),
        },
        cache: "no-store",
        signal: attempt.signal,
      });
      if (response.status === UNAUTHORIZED) return listener.connection({ kind: "refused" });
      if (!response.ok || response.body === null) {
        throw new Error(`it answered ${response.status}`);
      }
      listener.connection({ kind: "live" });
      pauseMs = FIRST_PAUSE_MS;
      for await (const event of eventsOf(response.body, attempt)) {
        if (event.id !== "") lastId = event.id;
        listener.event(event);
      }
      throw new Error("it has ended the connection");
    } catch (error) {
      if (stop.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      listener.connection({ kind: "away", reason });
    } finally {
      attempt.abort();
      stop.removeEventListener("abort", end);
    }
    await pause(pauseMs, stop);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}

async function* eventsOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  attempt: AbortController,
): AsyncGenerator<LiveEvent> {
  const events = new LiveEventReader();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const silent = setTimeout(() => attempt.abort(), SILENCE_MS);
    try {
      const { done, value } = await reader.read();
      if (done) return;
      yield* events.read(value);
    } finally {
      clearTimeout(silent);
    }
  }
}

/** A tab that comes to the front tries at once. */
function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", whenSeen);
      removeEventListener("online", done);
      stop.removeEventListener("abort", done);
      resolve();
    };
    const whenSeen = () => {
      if (document.visibilityState === "visible") done();
    };
    const timer = setTimeout(done, ms);
    document.addEventListener("visibilitychange", whenSeen);
    addEventListener("online", done);
    stop.addEventListener("abort", done, { once: true });
  });
}
