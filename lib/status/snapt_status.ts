import { Hono } from "hono";
import type { DropReason } from "../core/datagram/drop_counters.ts";
import type { AdmittedClient } from "../relay/access/admitted_client.ts";
import type { NoticesSnapshot } from "../relay/notice/notice_board.ts";
import type { CompressionSnapshot } from "../relay/stream/compression/compression_counts.ts";
import type { SnaptCounters } from "../relay/server/snapt_counters.ts";
import type { SnaptDriver } from "../relay/session/snapt_driver.ts";
import { nameOfTarget } from "../core/wire/name_of_target.ts";
import { openerOf } from "../relay/site/stream_snapshot.ts";
import { guard } from "./guard.ts";

/** As many connections of each CNAPT are listed; `streams` has the number of all. */
const SHOWN_APPLICATIONS = 1_000;

/** What a running SNAPT is like at one moment. */
export interface SnaptSnapshot {
  readonly site: string;
  readonly startedAt: Date;
  readonly services: readonly {
    readonly name: string;
    readonly to: string;
    readonly protocol: "tcp" | "udp";
  }[];
  readonly sessions: ReadonlyMap<
    string,
    { readonly driver: SnaptDriver; readonly client: AdmittedClient }
  >;
  readonly counters: SnaptCounters;
  readonly memoryBytes: number;
  /** Datagrams of all sessions, and of none, that were dropped. */
  readonly datagramsDropped: Readonly<Partial<Record<DropReason, number>>>;
  /** What packing did for each service since the start. */
  readonly packing: Readonly<Record<string, CompressionSnapshot>>;
  readonly notices: NoticesSnapshot & {
    /** Reports of CNAPTs that came too often to be told. */
    readonly droppedReports: number;
  };
  parkedCount(idHex: string): number;
}

export interface SnaptStatusContext {
  readonly token: string;
  readonly version: string;
  snapshot(): SnaptSnapshot;
  /** Notices as they come, for `/events`. */
  events(): Response;
  /** Ends the session of a client; whether it had one. */
  revoke(name: string): Promise<boolean>;
}

/** The connections of a CNAPT, and which host beside or behind it each comes from. */
function applicationsOf(driver: SnaptDriver) {
  return [...driver.session.streams.values()].slice(0, SHOWN_APPLICATIONS).map((stream) => ({
    stream: stream.id,
    service: nameOfTarget(stream.opening.target),
    opener: openerOf(stream),
    source: stream.opening.source,
  }));
}

/** SNAPT's status endpoint. */
export function snaptStatusApp(context: SnaptStatusContext): Hono {
  const app = new Hono();
  app.use(guard("snapt", context.token));
  app.get("/healthz", (c) => c.json({ ok: true, sessions: context.snapshot().sessions.size }));
  app.get("/events", () => context.events());
  app.get("/status.json", (c) => {
    const {
      site,
      startedAt,
      services,
      sessions,
      counters,
      memoryBytes,
      parkedCount,
      datagramsDropped,
      packing,
      notices,
    } = context
      .snapshot();
    return c.json({
      version: context.version,
      site,
      uptimeMs: Date.now() - startedAt.getTime(),
      memoryBytes: Deno.memoryUsage().rss,
      bufferBytes: memoryBytes,
      services,
      sessions: [...sessions].map(([idHex, { driver, client }]) => ({
        client: client.name,
        state: driver.session.state,
        epoch: driver.session.epoch,
        from: driver.remoteAddress,
        streams: driver.session.streams.size,
        applications: applicationsOf(driver),
        packedStreams: driver.packed.all,
        clientServices: driver.clientServices,
        waitingCalls: driver.session.pendingCalls,
        flows: driver.flows?.snapshot() ?? [],
        datagramsDropped: driver.flows?.drops.snapshot() ?? {},
        switches: driver.session.switches,
        parkedLinks: parkedCount(idHex),
        bufferBytes: driver.session.memoryBytes,
      })),
      counters,
      datagramsDropped,
      packing,
      notices,
    });
  });
  app.post("/revoke", async (c) => {
    const body: unknown = await c.req.json().catch(() => null);
    const name: unknown = typeof body === "object" && body !== null
      ? Reflect.get(body, "name")
      : undefined;
    if (typeof name !== "string") {
      return c.json({ error: 'Cannot revoke: the body must be {"name": "…"}' }, 400);
    }
    return c.json({ ended: await context.revoke(name) });
  });
  app.onError((error, c) => c.json({ error: `Cannot answer: ${error.message}` }, 500));
  app.notFound((c) =>
    c.json({ error: "Cannot find this: there are /healthz, /status.json, /events" }, 404)
  );
  return app;
}
