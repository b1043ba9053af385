import { jsonBody } from "./json_body.ts";
import { Hono } from "hono";
import type { SwitchOutcome, SwitchRequest } from "../relay/site/switch_sites.ts";
import type { MeasuredNetwork } from "../relay/decision/decision_snapshot.ts";
import type { AnswerOutcome } from "../relay/decision/confirmations.ts";
import {
  cnaptDocument,
  type CnaptOverallState,
  type CnaptSnapshot,
  overallState,
} from "./cnapt_document.ts";
import { accessEndsAt, guard } from "./guard.ts";
import { giveLastAnswers } from "./last_answers.ts";
import type { PathHistory } from "./history/path_history.ts";
import { serveHistory } from "./history/serve_history.ts";
import { type LiveSource, serveLive } from "./live/serve_live.ts";
import { servePage } from "./page/page_files.ts";
import type { ReadMetric } from "./metric.ts";

/** What each site found out about its networks. */
export type MeasuredNetworks = Readonly<Record<string, readonly MeasuredNetwork[]>>;

export interface CnaptStatusContext {
  /** Who knows it may read and change. */
  readonly token: string;
  readonly version: string;
  snapshot(): CnaptSnapshot;
  metrics(): Promise<readonly ReadMetric[]>;
  /** Notices as they come, for `/events`, until then: in ms since 1970. */
  events(endsAt: number): Response;
  /** Where `/live` has its news from. */
  readonly live: LiveSource;
  /** How the networks were over the last hour. */
  readonly history: PathHistory;
  switchTo(request: SwitchRequest): Promise<SwitchOutcome>;
  /** Answers the question about `provider`, or, if null, the only one. */
  answer(provider: string | null, answer: "yes" | "no"): Promise<AnswerOutcome>;
  /** Takes back what was asked for with a switch: the decision task is free again. */
  release(): void;
  /** Reads the configuration again; `invalid`: nothing was changed. */
  reload(): Promise<{ readonly outcome: "reloaded" | "invalid" }>;
  /** Probes every network now. */
  probe(): Promise<void>;
  /** Measures what a network carries, or, if null, each that is not metered; by site. */
  measure(provider: string | null): Promise<MeasuredNetworks>;
  /** Takes in a mistake of ours that happened while a request was answered. */
  mistake(error: unknown): void;
}

/** What `GET /healthz?site=NAME` gives. */
export interface SiteHealth {
  readonly ok: boolean;
  readonly state: CnaptOverallState;
  /** Whether this machine has any network that could lead to a site. */
  readonly hasNetwork: boolean;
}

/** CNAPT's status endpoint: renders snapshots, and passes on what changes something. */
export function cnaptStatusApp(context: CnaptStatusContext): Hono {
  const app = new Hono();
  app.use(guard("cnapt", context));
  app.get("/healthz", (c) => {
    const { sites, noNetworkSince } = context.snapshot();
    const site = c.req.query("site");
    if (site !== undefined) {
      const found = sites.filter(({ name }) => name === site);
      if (found.length === 0) return c.json({ error: `Cannot find site ${site}` }, 404);
      const state = overallState(found);
      const hasNetwork = noNetworkSince === null;
      return c.json({ ok: state === "connected", state, hasNetwork } satisfies SiteHealth);
    }
    const state = overallState(sites);
    const isReady = state === "connected" || c.req.query("ready") === undefined;
    return c.json({ ok: isReady, state }, isReady ? 200 : 503);
  });
  app.get("/events", (c) => context.events(accessEndsAt(c)));
  servePage(app, "cnapt");
  app.get("/metrics", async (c) => {
    // Hardly anybody asks for them.
    const { metricsAnswer } = await import("./metrics_answer.ts");
    return metricsAnswer(await context.metrics(), c.req.header("accept") ?? null);
  });
  const document = () =>
    cnaptDocument(context.snapshot(), {
      version: context.version,
      now: new Date(),
      memoryBytes: Deno.memoryUsage().rss,
    });
  app.get("/status.json", (c) => c.json(document()));
  serveLive(app, context.live, document);
  serveHistory(app, context.history, () => context.live.clock.date());
  app.post("/switch", async (c) => {
    const request = readSwitchRequest(await jsonBody(c));
    if (request === null) {
      return c.json({
        error: 'Cannot switch: the body must be {"to": "…", "mode": "overlapped" or "strict"}',
      }, 400);
    }
    const outcome = await context.switchTo(request);
    return c.json(outcome, outcome.outcome === "switched" ? 200 : 409);
  });
  app.post("/confirm", async (c) => {
    const request = readAnswer(await jsonBody(c));
    if (request === null) {
      return c.json({
        error: 'Cannot confirm: the body must be {"provider": "…", "answer": "yes" or "no"}',
      }, 400);
    }
    const outcome = await context.answer(request.provider, request.answer);
    const isDone = outcome.outcome === "switched" || outcome.outcome === "declined";
    return c.json(outcome, isDone ? 200 : 409);
  });
  app.post("/release", (c) => {
    context.release();
    return c.json({ released: true });
  });
  app.post("/reload", async (c) => {
    const outcome = await context.reload();
    return c.json(outcome, outcome.outcome === "reloaded" ? 200 : 409);
  });
  app.post("/probe", async (c) => {
    await context.probe();
    return c.json(context.snapshot().decisions);
  });
  app.post("/measure", async (c) => {
    const provider = readProvider(await jsonBody(c));
    if (provider === undefined) {
      return c.json({
        error: 'Cannot measure: the body must be {} or {"provider": "…"}',
      }, 400);
    }
    const measured = await context.measure(provider);
    if (Object.values(measured).every((networks) => networks.length === 0)) {
      const error = provider === null
        ? "Cannot measure: there is no network that is not metered"
        : `Cannot measure ${provider}: there is no such network`;
      return c.json({ error }, 409);
    }
    return c.json(measured);
  });
  giveLastAnswers(app, {
    mistake: (error) => context.mistake(error),
    paths: ["/healthz", "/status.json", "/metrics", "/events", "/live", "/history.json"],
  });
  return app;
}

/** Undefined: it is none. */
function readProvider(body: unknown): string | null | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { provider = null }: { provider?: unknown } = body;
  return provider === null || (typeof provider === "string" && provider !== "")
    ? provider
    : undefined;
}

function readAnswer(body: unknown): { provider: string | null; answer: "yes" | "no" } | null {
  if (typeof body !== "object" || body === null) return null;
  const { provider = null, answer = "yes" }: { provider?: unknown; answer?: unknown } = body;
  if (provider !== null && (typeof provider !== "string" || provider === "")) return null;
  if (answer !== "yes" && answer !== "no") return null;
  return { provider, answer };
}

function readSwitchRequest(body: unknown): SwitchRequest | null {
  if (typeof body !== "object" || body === null) return null;
  const { to, mode = "overlapped", site }: { to?: unknown; mode?: unknown; site?: unknown } = body;
  if (typeof to !== "string" || to === "") return null;
  if (mode !== "overlapped" && mode !== "strict") return null;
  if (site !== undefined && typeof site !== "string") return null;
  return { to, mode, site };
}
