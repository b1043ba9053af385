import { useContext, useEffect, useState } from "hono/jsx/dom";
import type { PathHistoryDocument } from "../../status/page/path_history_document.ts";
import { PageActionsContext } from "../common/page_actions.ts";

/** A chart of an hour needs no more: the numbers themselves are live in the table. */
const SHORTEST_INTERVAL_MS = 5_000;

/** How the networks were over the last hour, asked for again and again while the page is seen. */
export function useHistory(): PathHistoryDocument | null {
  const { look, isLive } = useContext(PageActionsContext);
  const [history, setHistory] = useState<PathHistoryDocument | null>(null);
  useEffect(() => {
    if (!isLive) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stopper = new AbortController();
    const again = () => {
      clearTimeout(timer);
      if (document.visibilityState !== "visible" || stopper.signal.aborted) return;
      look<PathHistoryDocument>("history.json").then((answer) => {
        if (stopper.signal.aborted) return;
        let intervalMs = SHORTEST_INTERVAL_MS;
        if (answer.kind === "done") {
          setHistory(answer.content);
          intervalMs = Math.max(intervalMs, answer.content.intervalMs);
        }
        timer = setTimeout(again, intervalMs);
      }).catch(reportError);
    };
    document.addEventListener("visibilitychange", again, { signal: stopper.signal });
    again();
    return () => {
      stopper.abort();
      clearTimeout(timer);
    };
  }, [look, isLive]);
  return history;
}
