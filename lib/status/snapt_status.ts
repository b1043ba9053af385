import { jsonBody } from "./json_body.ts";
import { Hono } from "hono";
import { NetworkImpossible, type SnaptSwitchOutcome } from "../relay/server/snapt_networks.ts";
import type { ClientActions } from "./client_actions.ts";
import { accessEndsAt, guard } from "./guard.ts";
import { giveLastAnswers } from "./last_answers.ts";
import { type LiveSource, serveLive } from "./live/serve_live.ts";
import { giveSnaptActions } from "./snapt_actions.ts";
import { servePage } from "./page/page_files.ts";
import { snaptDocument, type SnaptSnapshot } from "./snapt_document.ts";
import type { ReadMetric } from "./metric.ts";

export interface SnaptStatusContext {
  readonly token: string;
  /** Where browsers see the page besides, and what it listens on for that. */
  readonly origin?: string | undefined;
  readonly address?: string | undefined;
  readonly version: string;
  snapshot(): SnaptSnapshot;
  /** How many CNAPTs have a session: strangers ask that, so that nothing is listed for it. */
  sessions(): number;
  metrics(): Promise<readonly ReadMetric[]>;
  /** Notices as they come, for `/events`, until then: in ms since 1970. */
  events(endsAt: number): Response;
  /** Where `/live` has its news from. */
  readonly live: LiveSource;
  /**
   * Is to be reached over this network alone; null: over all that there are.
   *
   * @throws {NetworkImpossible} there is no such network
   */
  switchTo(network: string | null, asked: AbortSignal): Promise<SnaptSwitchOutcome>;
  /** What may be done to its CNAPTs. */
  readonly clients: ClientActions;
  /** Reads the configuration again; `invalid`: nothing was changed. */
  reload(): Promise<{ readonly outcome: "reloaded" | "invalid" }>;
  /** Takes in a mistake of ours that happened while a request was answered. */
  mistake(error: unknown): void;
}

/** SNAPT's status endpoint. */
export function snaptStatusApp(context: SnaptStatusContext): Hono {
  const app = new Hono();
  app.use(guard("snapt", context));
  app.get("/healthz", (c) => c.json({ ok: true, sessions: context.sessions() }));
  app.get("/events", (c) => context.events(accessEndsAt(c)));
  servePage(app, "snapt");
  app.get("/metrics", async (c) => {
    // Hardly anybody asks for them.
    const { metricsAnswer } = await import("./metrics_answer.ts");
    return metricsAnswer(await context.metrics(), c.req.header("accept") ?? null);
  });
  const document = () =>
    snaptDocument(context.snapshot(), {
      version: context.version,
      now: new Date(),
      memoryBytes: Deno.memoryUsage().rss,
    });
  app.get("/status.json", (c) => c.json(document()));
  serveLive(app, context.live, document);
  giveSnaptActions(app, context.clients);
  app.post("/switch", async (c) => {
    const body: unknown = await jsonBody(c);
    const to: unknown = typeof body === "object" && body !== null
      ? Reflect.get(body, "to")
      : undefined;
    if (typeof to !== "string" && to !== null) {
      return c.json({ error: 'Cannot switch: the body must be {"to": "…"} or {"to": null}' }, 400);
    }
    try {
      return c.json(await context.switchTo(to, c.req.raw.signal));
    } catch (error) {
      if (!(error instanceof NetworkImpossible)) throw error;
      return c.json({ error: error.message }, 409);
    }
  });
  app.post("/reload", async (c) => {
    const outcome = await context.reload();
    return c.json(outcome, outcome.outcome === "reloaded" ? 200 : 409);
  });
  giveLastAnswers(app, {
    mistake: (error) => context.mistake(error),
    paths: ["/healthz", "/status.json", "/metrics", "/events", "/live"],
  });
  return app;
}
