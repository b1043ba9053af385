import { useEffect, useState } from "hono/jsx/dom";
import { type Connection, listenLive } from "./live_connection.ts";

/** The document of the program as it is now, and how the page stands with the program. */
export interface Live<Document> {
  /** Null: nothing has been heard yet. */
  readonly document: Document | null;
  readonly connection: Connection;
  /** When the program was heard last, in ms since 1970; null: never. */
  readonly heardAt: number | null;
}

/**
 * Follows the document at `live`: an event `document` brings all of it, an event `changes` the
 * fields that are another since. Another version of the program has another page: then that is loaded.
 */
export function useLive<Document extends { readonly version: string }>(
  token: string,
): Live<Document> {
  const [live, setLive] = useState<Live<Document>>({
    document: null,
    connection: { kind: "connecting" },
    heardAt: null,
  });
  useEffect(() => {
    const stopper = new AbortController();
    let document: Document | null = null;
    let heardAt: number | null = null;
    const listener = {
      event: ({ type, data }: { readonly type: string; readonly data: string }) => {
        if (type === "document") {
          const whole: Document = JSON.parse(data);
          if (document !== null && document.version !== whole.version) return location.reload();
          document = whole;
        } else if (type === "changes" && document !== null) {
          document = { ...document, ...JSON.parse(data) };
        } else return;
        // Whatever was heard, old data is not shown as new: `live` comes with the first event.
        setLive({ document, connection: { kind: "live" }, heardAt });
      },
      heard: (at: number) => heardAt = at,
      connection: (connection: Connection) =>
        setLive((before) => ({ ...before, connection, heardAt })),
    };
    listenLive(token, listener, stopper.signal)
      .catch((error: unknown) => listener.connection({ kind: "away", reason: String(error) }));
    return () => stopper.abort();
  }, [token]);
  return live;
}
