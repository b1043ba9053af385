import { Hono } from "hono";
import { guard } from "./guard.ts";
import { giveLastAnswers } from "./last_answers.ts";
import { METRICS_TYPE, metricsText } from "./metrics_text.ts";
import { relayMetrics } from "./relay_metrics.ts";
import type { RelaySnapshot } from "./relay_snapshot.ts";

/** By which the commands know a relay. */
export const RELAY_SERVER = "snapt-relay";

/** What `GET /status.json` and `snapt relay status --json` give. */
export interface RelayDocument extends Omit<RelaySnapshot, "startedAt"> {
  readonly schema: "snapt.relay.status/1";
  /** Of SNAPT, whose program it is. */
  readonly version: string;
  readonly uptimeMs: number;
  readonly memoryBytes: number;
}

export interface RelayStatusContext {
  readonly token: string;
  readonly version: string;
  snapshot(): RelaySnapshot;
  /** Reads the configuration again; `invalid`: nothing was changed. */
  reload(): Promise<{ readonly outcome: "reloaded" | "invalid" }>;
  /** Takes in a mistake of ours that happened while a request was answered. */
  mistake(error: unknown): void;
}

/** The status endpoint of a relay. */
export function relayStatusApp(context: RelayStatusContext): Hono {
  const app = new Hono();
  app.use(guard(RELAY_SERVER, () => [context.token]));
  app.get("/healthz", (c) => {
    const there = context.snapshot().snapts.filter(({ state }) => state === "attached");
    return c.json({ ok: true, snapts: there.length });
  });
  app.get(
    "/metrics",
    (c) =>
      c.body(metricsText(relayMetrics(context.snapshot())), 200, { "content-type": METRICS_TYPE }),
  );
  app.get("/status.json", (c) => {
    const { startedAt, ...snapshot } = context.snapshot();
    const document: RelayDocument = {
      schema: "snapt.relay.status/1",
      version: context.version,
      uptimeMs: Date.now() - startedAt.getTime(),
      memoryBytes: Deno.memoryUsage().rss,
      ...snapshot,
    };
    return c.json(document);
  });
  app.post("/reload", async (c) => {
    const outcome = await context.reload();
    return c.json(outcome, outcome.outcome === "reloaded" ? 200 : 409);
  });
  giveLastAnswers(app, {
    mistake: (error) => context.mistake(error),
    paths: ["/healthz", "/status.json", "/metrics"],
  });
  return app;
}
