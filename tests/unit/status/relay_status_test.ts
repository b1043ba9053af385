import { noRelayCounts } from "../../../lib/relay/own_relay/relay_counters.ts";
import { relayStatusApp } from "../../../lib/status/relay_status.ts";
import { expectDocument } from "../../json_documents.ts";
import { assertEquals } from "../../assert.ts";

const HEADERS = { host: "127.0.0.1", authorization: "Bearer token" };

function appOf(mistakes: unknown[] = [], fails = false) {
  return relayStatusApp({
    token: "token",
    version: "1.2.3",
    snapshot: () => {
      if (fails) throw new Error("it is broken");
      return {
        id: "ab",
        name: "vps",
        startedAt: new Date(),
        listen: ["[::]:7787"],
        snapts: [{
          ...{ name: "homepc", state: "attached", since: null, from: "192.0.2.7:5" } as const,
          ...{ parked: 8, joined: 1, waiting: 0, connections: 3 },
          ...{ toSnaptBytes: 5, fromSnaptBytes: 7, refused: { full: 0, absent: 2, spent: 0 } },
          month: {
            ...{ month: "2026-11", toSnaptBytes: 5, fromSnaptBytes: 7 },
            ...{ limitBytes: null, quota: "free" },
          },
        }],
        counters: noRelayCounts(),
        descriptors: { limit: 1_024, open: 20, refused: 0, short: 0 },
      };
    },
    metrics: () => Promise.resolve([]),
    reload: () => Promise.resolve({ outcome: fails ? "invalid" : "reloaded" }),
    mistake: (error) => mistakes.push(error),
  });
}

Deno.test("a relay is asked how it is, by who is on its machine", async () => {
  const app = appOf();
  const health = await app.request("/healthz", { headers: HEADERS });
  assertEquals(await health.json(), { ok: true, snapts: 1 });
  const answer = await app.request("/status.json", { headers: HEADERS });
  assertEquals(answer.headers.get("server"), "snapt-relay");
  expectDocument(await answer.clone().json());
  const { verdict } = await answer.clone().json();
  assertEquals(verdict, { level: "good", sentence: "1 of 1 SNAPTs connected", problems: [] });
  const { version, name, snapts, counters } = await answer.json();
  assertEquals([version, name, snapts[0].refused.absent, counters.refused.blocked], [
    "1.2.3",
    "vps",
    2,
    0,
  ]);
  const metrics = await app.request("/metrics", { headers: HEADERS });
  assertEquals(metrics.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assertEquals((await app.request("/nothing", { headers: HEADERS })).status, 404);
  const stranger = { host: "127.0.0.1" };
  assertEquals((await app.request("/status.json", { headers: stranger })).status, 401);
  const elsewhere = await app.request("/status.json", { headers: { host: "evil.example" } });
  assertEquals(elsewhere.status, 403);
});

Deno.test("a mistake of the relay is 500 with a sentence", async () => {
  const mistakes: unknown[] = [];
  const answer = await appOf(mistakes, true).request("/status.json", { headers: HEADERS });
  assertEquals([answer.status, mistakes.length], [500, 1]);
  assertEquals(await answer.json(), { error: "Cannot answer: it is broken" });
});

Deno.test("who knows the token has it read its configuration again, and nobody else", async () => {
  const code = async (fails: boolean, token: string) => {
    const headers = { ...HEADERS, authorization: `Bearer ${token}` };
    return (await appOf([], fails).request("/reload", { method: "POST", headers })).status;
  };
  assertEquals([await code(false, "token"), await code(true, "token"), await code(false, "x")], [
    200,
    409,
    401,
  ]);
});
