import type { Hono } from "hono";
import type { PathHistory } from "./path_history.ts";

/** Serves `GET /history.json`. */
export function serveHistory(app: Hono, history: PathHistory, now: () => Date): void {
  app.get("/history.json", (c) =>
    c.body(history.json(now()), 200, {
      "content-type": "application/json",
      "cache-control": "no-store",
    }));
}
