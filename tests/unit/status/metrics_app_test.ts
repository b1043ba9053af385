import { metricsApp, type MetricsContext } from "../../../lib/status/metrics_app.ts";
import { only } from "../../../lib/status/metric.ts";
import { assert, assertEquals } from "../../assert.ts";
import { VirtualClock } from "../../virtual_clock.ts";

interface World {
  readonly clock: VirtualClock;
  value: number;
  why: string | null;
  readonly mistakes: unknown[];
  readonly ask: (path: string, init?: RequestInit) => Promise<readonly [number, string, Headers]>;
}

function world(changes: Partial<MetricsContext> = {}): World {
  const world: World = {
    ...{ clock: new VirtualClock(), value: 1, why: null, mistakes: [] },
    ask: async (path, init) => {
      const answer = await app(new Request(`http://watched.example.org:9787${path}`, init));
      return [answer.status, await answer.text(), answer.headers];
    },
  };
  const app = metricsApp({
    metrics: () => [{
      ...{ name: "a", help: "A.", kind: "gauge", labels: [] },
      readings: only(world.value),
    }],
    whyNotReady: () => world.why,
    clock: world.clock,
    mistake: (error) => world.mistakes.push(error),
    ...changes,
  });
  return world;
}

Deno.test("a balancer hears whether the program is ready, by any name of the machine", async () => {
  const seen = world();
  assertEquals((await seen.ask("/readyz")).slice(0, 2), [200, "ready\n"]);
  seen.why = "no site is connected";
  assertEquals((await seen.ask("/readyz")).slice(0, 2), [503, "not ready: no site is connected\n"]);
  assertEquals((await seen.ask("/healthz?x=1")).slice(0, 2), [200, "alive\n"]);
});

Deno.test("there is nothing else, and nothing that changes anything", async () => {
  const seen = world();
  for (const path of ["/", "/status.json", "/events", "/metrics/", "//metrics"]) {
    assertEquals((await seen.ask(path))[0], 404, path);
  }
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const [status, , headers] = await seen.ask("/metrics", { method });
    assertEquals([status, headers.get("allow")], [405, "GET, HEAD"]);
  }
  const [, , headers] = await seen.ask("/metrics");
  assertEquals(headers.get("cache-control"), "no-store");
  assertEquals(headers.get("access-control-allow-origin"), null);
});

Deno.test("who asks without a pause has the numbers read four times a second", async () => {
  let read = 0;
  const seen = world({
    metrics: () => {
      read += 1;
      return [];
    },
  });
  const openmetrics = { headers: { accept: "application/openmetrics-text" } };
  for (let count = 0; count < 20; count += 1) {
    await seen.ask("/metrics");
    await seen.ask("/metrics", openmetrics);
  }
  assertEquals(read, 2); // once for each form
  await seen.clock.advance(250);
  await seen.ask("/metrics");
  assertEquals(read, 3);
});

Deno.test("who asks faster than anybody should waits for his answers", async () => {
  const seen = world();
  let answered = 0;
  const asked = Array.from({ length: 100 }, async () => {
    await seen.ask("/readyz");
    answered += 1;
  });
  await seen.clock.advance(0);
  assertEquals(answered, 40);
  await seen.clock.advance(1_000);
  assertEquals(answered, 60);
  const gone = new AbortController();
  const last = seen.ask("/readyz", { signal: gone.signal });
  gone.abort();
  await last; // nobody waits for whoever has gone
  await seen.clock.advance(2_000);
  await Promise.all(asked);
});

Deno.test("a mistake of ours is an answer, and told", async () => {
  const seen = world({
    metrics: () => {
      throw new Error("it is broken");
    },
  });
  const [status, words] = await seen.ask("/metrics");
  assertEquals([status, seen.mistakes.length], [500, 1]);
  assert(!words.includes("broken"), words);
});

Deno.test("who asks and leaves at once leaves no debt to those who come after", async () => {
  const seen = world();
  const gone = AbortSignal.abort();
  for (let count = 0; count < 10_000; count += 1) await seen.ask("/readyz", { signal: gone });
  let answered = 0;
  const asked = seen.ask("/readyz").then(() => answered += 1);
  await seen.clock.advance(3_000);
  assertEquals(answered, 1);
  await asked;
});
