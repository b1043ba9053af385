import { Hono } from "hono";
import { guard } from "./guard.ts";
import { giveLastAnswers } from "./last_answers.ts";
import type { ReadMetric } from "./metric.ts";
import type { RelaySnapshot } from "./relay_snapshot.ts";
import { relayVerdict } from "./verdict/relay_verdict.ts";
import type { Verdict } from "./verdict/verdict.ts";

/** By which the commands know a relay. */
export const RELAY_SERVER = "snapt-relay";

/** What `GET /status.json` and `snapt relay status --json` give. */
export interface RelayDocument extends Omit<RelaySnapshot, "startedAt"> {
  readonly schema: "snapt.relay.status/1";
  /** Of SNAPT, whose program it is. */
  readonly version: string;
  readonly verdict: Verdict;
  readonly uptimeMs: number;
  readonly memoryBytes: number;
}

export interface RelayStatusContext {
  readonly token: string;
  readonly version: string;
  snapshot(): RelaySnapshot;
  metrics(): Promise<readonly ReadMetric[]>;
  /** Reads the configuration again; `invalid`: nothing was changed. */
  reload(): Promise<{ readonly outcome: "reloaded" | "invalid" }>;
  /** Takes in a mistake of ours that happened while a request was answered. */
  mistake(error: unknown): void;
}

/** The status endpoint of a relay. */
export function relayStatusApp(context: RelayStatusContext): Hono {
  const app = new Hono();
  app.use(guard(RELAY_SERVER, context));
  app.get("/healthz", (c) => {
    const there = context.snapshot().snapts.filter(({ state }) => state === "attached");
    return c.json({ ok: true, snapts: there.length });
  });
  app.get("/metrics", async (c) => {
    // Hardly anybody asks for them.
    const { metricsAnswer } = await import("./metrics_answer.ts");
    return metricsAnswer(await context.metrics(), c.req.header("accept") ?? null);
  });
  app.get("/status.json", (c) => {
    const { startedAt, ...snapshot } = context.snapshot();
    const now = new Date();
    const document: RelayDocument = {
      schema: "snapt.relay.status/1",
      version: context.version,
      verdict: relayVerdict(snapshot, now),
      uptimeMs: now.getTime() - startedAt.getTime(),
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
