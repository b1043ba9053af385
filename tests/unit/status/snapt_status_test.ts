import type { ClientActions } from "../../../lib/status/client_actions.ts";
import { snaptStatusApp } from "../../../lib/status/snapt_status.ts";
import { NetworkImpossible } from "../../../lib/relay/server/snapt_networks.ts";
import { expectDocument } from "../../json_documents.ts";
import { assertEquals } from "../../assert.ts";
import { snaptSnapshot } from "./kit/snapt_snapshot.ts";
import { liveSource } from "./kit/live_source.ts";

const COUNTERS = {
  accepted: 9,
  authenticated: 4,
  turnedAway: 1,
  malformed: 2,
  refused: 0,
  timedOut: 2,
  sessions: 0,
  silentLinks: 0,
  crowdedOut: 0,
};
const HEADERS = { host: "127.0.0.1", authorization: "Bearer token" };

type Revoke = ClientActions["revoke"];

function appWith(
  revoke: Revoke,
  mistakes: unknown[] = [],
  snapshot = () => snaptSnapshot({ counters: COUNTERS }),
) {
  const never = () => Promise.reject(new Error("nobody asks for that"));
  return snaptStatusApp({
    token: "token",
    version: "1.2.3",
    snapshot,
    sessions: () => 0,
    metrics: () => Promise.resolve([]),
    events: () => new Response("events"),
    live: liveSource(),
    clients: { revoke, invite: never, allow: never, end: () => {} },
    switchTo: (network) =>
      network === "eth9"
        ? Promise.reject(new NetworkImpossible("Cannot use eth9: there is no such interface"))
        : Promise.resolve({ network, clients: [] }),
    reload: () => Promise.resolve({ outcome: "reloaded" }),
    mistake: (error) => mistakes.push(error),
  });
}

const app = appWith((name) => Promise.resolve({ ended: name === "laptop", revoked: "before" }));

async function ask(path: string, init: RequestInit = {}, of = app) {
  const response = await of.request(path, { headers: HEADERS, ...init });
  return { code: response.status, body: JSON.parse(await response.text()) };
}

Deno.test("healthz and status.json of a SNAPT without sessions", async () => {
  assertEquals(await ask("/healthz"), { code: 200, body: { ok: true, sessions: 0 } });
  const { code, body } = await ask("/status.json");
  expectDocument(body);
  assertEquals([code, body.version, body.site, body.sessions], [200, "1.2.3", "home", []]);
  assertEquals(body.verdict.sentence, "Site home: 0 connected");
  assertEquals([body.services[0].name, body.counters.accepted], ["ssh", 9]);
  assertEquals((await ask("/nothing")).code, 404);
});

Deno.test("who has no token has nothing listed for him: whether SNAPT runs is told by a number", async () => {
  const busy = appWith(() => Promise.reject(new Error("not asked for")), [], () => {
    throw new Error("all sessions and their streams are listed");
  });
  const response = await busy.request("/healthz", { headers: { host: "127.0.0.1" } });
  assertEquals([response.status, await response.json()], [200, { ok: true, sessions: 0 }]);
});

Deno.test("POST /revoke says whether there was a session", async () => {
  for (const [name, ended] of [["laptop", true], ["desktop", false]] as const) {
    const answer = await ask("/revoke", { method: "POST", body: JSON.stringify({ name }) });
    assertEquals(answer, { code: 200, body: { ended, revoked: "before" } });
  }
});

Deno.test("POST /switch says what became of the CNAPTs, and why it cannot be", async () => {
  const post = (body: string) => ask("/switch", { method: "POST", body });
  for (const to of ["wlan0", null]) {
    const answer = await post(JSON.stringify({ to }));
    assertEquals(answer, { code: 200, body: { network: to, clients: [] } });
  }
  const { code, body } = await post('{"to": "eth9"}');
  assertEquals([code, body.error], [409, "Cannot use eth9: there is no such interface"]);
  for (const wrong of ["", "{}", '{"to": 5}', "[]"]) assertEquals((await post(wrong)).code, 400);
});

Deno.test("a mistake of the program is 500 with a sentence, not the end of it", async () => {
  const mistakes: unknown[] = [];
  const failing = appWith(() => Promise.reject(new Error("the file is damaged")), mistakes);
  const init = { method: "POST", body: '{"name": "laptop"}' };
  const { code, body } = await ask("/revoke", init, failing);
  assertEquals([code, body.error], [500, "Cannot answer: the file is damaged"]);
  assertEquals(mistakes, [new Error("the file is damaged")]);
});
