import { type LiveEvent, LiveEventReader } from "./live_events.ts";
import { watchSilence } from "./silence_watch.ts";

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
  /** The program has said something, at this time in ms since 1970. */
  heard(at: number): void;
  connection(connection: Connection): void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
const CALM_MS = 300;
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
  listener.connection({ kind: "connecting" });
  while (!stop.aborted) {
    const attempt = new AbortController();
    const end = () => attempt.abort();
    let calm: ReturnType<typeof setTimeout> | undefined;
    stop.addEventListener("abort", end, { once: true });
    try {
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
      // Nothing comes at once where nothing has changed: then what stands there is right.
      calm = setTimeout(() => listener.connection({ kind: "live" }), CALM_MS);
      for await (const events of piecesOf(response.body, attempt)) {
        listener.heard(Date.now());
        for (const event of events) {
          if (event.id !== "") lastId = event.id;
          listener.event(event);
        }
        // Not before its first events were taken in: what stood there until then may be old.
        clearTimeout(calm);
        if (pauseMs !== 0) listener.connection({ kind: "live" });
        pauseMs = 0;
      }
      throw new Error("it has ended the connection");
    } catch (error) {
      if (stop.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      listener.connection({ kind: "away", reason });
    } finally {
      clearTimeout(calm);
      attempt.abort();
      stop.removeEventListener("abort", end);
    }
    pauseMs = pauseMs === 0 ? FIRST_PAUSE_MS : Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    await pause(pauseMs, stop);
  }
}

/** The events of each piece that arrives, also where it has none. */
async function* piecesOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  attempt: AbortController,
): AsyncGenerator<readonly LiveEvent[]> {
  const events = new LiveEventReader();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const silence = watchSilence(() => attempt.abort(new Error("it has fallen silent")), document);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      silence.heard();
      yield events.read(value);
    }
  } finally {
    silence.end();
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
