import { Hono } from "hono";
import type { DescriptorSnapshot } from "../net/descriptor_budget.ts";
import type { RelayCounters } from "../relay/own_relay/relay_counters.ts";
import type { ServedCounts } from "../relay/own_relay/served_snapt.ts";
import type { MonthUse, Quota } from "../core/relay/month_meter.ts";
import type { TurnAwayReason } from "../core/relay/parking.ts";
import { guard } from "./guard.ts";

/** By which the commands know a relay. */
export const RELAY_SERVER = "snapt-relay";

/** A SNAPT that a relay has invited, at one moment. What is counted is since the relay was started. */
export interface RelayedSnaptSnapshot extends ServedCounts {
  readonly name: string;
  readonly state: "attached" | "absent";
  /** Since when it is so, ISO 8601, UTC; null: it was never there. */
  readonly since: string | null;
  /** Where its control connection comes from; null: it is not there. */
  readonly from: string | null;
  /** How many callers were joined to it. */
  readonly connections: number;
  readonly toSnaptBytes: number;
  readonly fromSnaptBytes: number;
  readonly refused: Readonly<Record<TurnAwayReason, number>>;
  /** Of this month (UTC), counted on over restarts of the relay. */
  readonly month: MonthUse & {
    /** Both ways together; null: there is none. */
    readonly limitBytes: number | null;
    readonly quota: Quota;
  };
}

/** What a running relay is like at one moment. */
export interface RelaySnapshot {
  /** Which relay it is: SHA-256 of its certificate, in hex. */
  readonly id: string;
  readonly name: string;
  readonly startedAt: Date;
  readonly listen: readonly string[];
  readonly snapts: readonly RelayedSnaptSnapshot[];
  readonly counters: Readonly<RelayCounters>;
  readonly descriptors: DescriptorSnapshot;
}

/** What `GET /status.json` and `snapt relay status --json` give. */
export interface RelayDocument extends Omit<RelaySnapshot, "startedAt"> {
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
  app.get("/status.json", (c) => {
    const { startedAt, ...snapshot } = context.snapshot();
    const document: RelayDocument = {
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
  app.onError((error, c) => {
    context.mistake(error);
    return c.json({ error: `Cannot answer: ${error.message}` }, 500);
  });
  app.notFound((c) => c.json({ error: "Cannot find this: there are /healthz, /status.json" }, 404));
  return app;
}
