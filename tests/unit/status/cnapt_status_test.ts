import type { MeasuredSite } from "../../../lib/status/cnapt_document.ts";
import type { SwitchOutcome, SwitchRequest } from "../../../lib/relay/site/switch_sites.ts";
import { cnaptStatusApp } from "../../../lib/status/cnapt_status.ts";
import { expectDocument } from "../../json_documents.ts";
import { assert, assertEquals } from "../../assert.ts";
import { PathHistory } from "../../../lib/status/history/path_history.ts";
import { liveSource } from "./kit/live_source.ts";
import { cnaptSnapshot, receipt, siteSnapshot } from "./kit/site_snapshot.ts";

const TOKEN = "token";
const HEADERS = { host: "127.0.0.1", authorization: `Bearer ${TOKEN}` };

function appWith(
  sites: readonly MeasuredSite[],
  switchTo: (request: SwitchRequest) => Promise<SwitchOutcome> = () =>
    Promise.reject(new Error("not asked for")),
) {
  return cnaptStatusApp({
    token: TOKEN,
    version: "1.2.3",
    snapshot: () => cnaptSnapshot(sites),
    metrics: () => Promise.resolve([]),
    events: () => new Response("events"),
    live: liveSource(),
    history: new PathHistory(),
    answer: (provider, answer) =>
      Promise.resolve(
        provider === "lte"
          ? { outcome: answer === "yes" ? "switched" : "declined", provider }
          : { outcome: "unasked", provider, error: "Cannot confirm" },
      ),
    switchTo,
    release: () => {},
    measure: (provider) =>
      Promise.resolve(
        provider === "none" ? { home: [] } : {
          home: [{ provider: provider ?? "eth0", problem: null, down: 1_000_000, up: null }],
        },
      ),
    probe: () => Promise.resolve(),
    reload: () => Promise.resolve({ outcome: "reloaded" }),
    mistake: () => {},
  });
}

async function get(app: ReturnType<typeof appWith>, path: string) {
  const response = await app.request(path, { headers: HEADERS });
  return { code: response.status, body: JSON.parse(await response.text()) };
}

async function post(app: ReturnType<typeof appWith>, path: string, body: string) {
  const response = await app.request(path, { method: "POST", headers: HEADERS, body });
  return { code: response.status, body: JSON.parse(await response.text()) };
}

Deno.test("healthz is well while the program runs, and with ?ready only when connected", async () => {
  for (
    const [state, overall, ready] of [
      ["connected", "connected", 200],
      ["preparing", "connected", 200],
      ["searching", "offline", 503],
      ["dialing", "connecting", 503],
      ["refused", "refused", 503],
      ["resuming", "switching", 503],
    ] as const
  ) {
    const app = appWith([siteSnapshot({ state })]);
    assertEquals(await get(app, "/healthz"), { code: 200, body: { ok: true, state: overall } });
    assertEquals((await get(app, "/healthz?ready")).code, ready, state);
  }
});

Deno.test("healthz?site= is about one site, and there may be no such site", async () => {
  const app = appWith([
    siteSnapshot({ name: "home", state: "searching" }),
    siteSnapshot({ name: "work", state: "connected" }),
  ]);
  assertEquals(await get(app, "/healthz?site=home"), {
    code: 200,
    body: { ok: false, state: "offline", hasNetwork: true },
  });
  assertEquals((await get(app, "/healthz?site=work")).body.ok, true);
  assertEquals((await get(app, "/healthz?site=none")).code, 404);
});

Deno.test("status.json has what is documented, of every site", async () => {
  const stream = {
    stream: 7,
    service: "ssh",
    opener: "client",
    source: "127.0.0.1:50000",
    link: "bound",
    held: null,
    sentBytes: 100,
    acknowledgedBytes: 90,
    receivedBytes: 50,
    bufferBytes: 4_096,
    packing: null,
  } as const;
  const late = receipt({ endedAt: "2026-01-02T00:00:00.000Z" });
  const { code, body } = await get(
    appWith([
      siteSnapshot({ streams: [stream], switches: [late] }),
      siteSnapshot({ name: "office", state: "searching", provider: "", switches: [receipt()] }),
    ]),
    "/status.json",
  );
  expectDocument(body);
  assertEquals(code, 200);
  assertEquals([body.version, body.state, body.provider], ["1.2.3", "connected", "eth0"]);
  assertEquals(body.verdict.level, "bad");
  assertEquals([body.sites.home.state, body.sites.office.state], ["connected", "searching"]);
  assertEquals(body.streams, [{ site: "home", ...stream }]);
  assertEquals(body.offers[0].listen, "127.0.0.1:2222");
  assertEquals(body.switches.map((one: { site: string }) => one.site), ["office", "home"]);
  const { kind, from, to, reason, stallMs, replayedBytes } = body.switches[0];
  assertEquals(
    { kind, from, to, reason, stallMs, replayedBytes },
    {
      kind: "sudden",
      from: "eth0",
      to: "wlan0",
      reason: "eth0 is down",
      stallMs: 2,
      replayedBytes: 17,
    },
  );
  assert(body.uptimeMs >= 0 && body.memoryBytes > 0);
});

Deno.test("a program without sites is offline", async () => {
  const { body } = await get(appWith([]), "/status.json");
  expectDocument(body);
  assertEquals(body.state, "offline");
});

Deno.test("what there is not is 404 and says what there is", async () => {
  const { code, body } = await get(appWith([]), "/nothing");
  assertEquals(code, 404);
  assert(body.error.includes("/status.json"));
  assertEquals((await get(appWith([]), "/switch")).code, 404);
});

for (
  const body of [
    "",
    "no JSON",
    "null",
    "[]",
    "{}",
    '"wlan0"',
    '{"to": 5}',
    '{"to": ""}',
    '{"to": "wlan0", "mode": "fast"}',
    '{"to": "wlan0", "site": 5}',
    '{"to": "wlan0"',
  ]
) {
  Deno.test(`POST /switch with ${body || "nothing"} is 400 and switches nothing`, async () => {
    const answer = await post(appWith([]), "/switch", body);
    assertEquals(answer.code, 400);
    assert(answer.body.error.startsWith("Cannot switch: "));
  });
}

Deno.test("POST /switch passes the request on and answers with the receipts", async () => {
  const asked: SwitchRequest[] = [];
  const outcomes: SwitchOutcome[] = [
    { outcome: "switched", receipts: [{ ...receipt(), site: "home" }] },
    { outcome: "failed", error: "Cannot switch: so it is", receipts: [] },
  ];
  const app = appWith([], (request) => {
    asked.push(request);
    const outcome = outcomes[asked.length - 1];
    return outcome === undefined
      ? Promise.reject(new Error("too often"))
      : Promise.resolve(outcome);
  });
  const done = await post(app, "/switch", '{"to": "wlan0", "mode": "strict", "site": "home"}');
  assertEquals([done.code, done.body.receipts[0].to], [200, "wlan0"]);
  const failed = await post(app, "/switch", '{"to": "wlan0"}');
  assertEquals([failed.code, failed.body.error], [409, "Cannot switch: so it is"]);
  assertEquals(asked, [
    { to: "wlan0", mode: "strict", site: "home" },
    { to: "wlan0", mode: "overlapped", site: undefined },
  ]);
});

Deno.test("a mistake of the program is 500 with a sentence, not the end of it", async () => {
  const app = appWith([], () => Promise.reject(new Error("a bug")));
  const { code, body } = await post(app, "/switch", '{"to": "wlan0"}');
  assertEquals([code, body.error], [500, "Cannot answer: a bug"]);
});

Deno.test("POST /confirm passes the answer on and says what came of it", async () => {
  const app = appWith([]);
  assertEquals(await post(app, "/confirm", '{"provider": "lte"}'), {
    code: 200,
    body: { outcome: "switched", provider: "lte" },
  });
  const declined = await post(app, "/confirm", '{"provider": "lte", "answer": "no"}');
  assertEquals([declined.code, declined.body.outcome], [200, "declined"]);
  const unasked = await post(app, "/confirm", "{}");
  assertEquals([unasked.code, unasked.body.error], [409, "Cannot confirm"]);
});

for (const body of ["", "[", "7", '{"provider": 5}', '{"provider": ""}', '{"answer": "maybe"}']) {
  Deno.test(`POST /confirm refuses the body ${body}`, async () => {
    assertEquals((await post(appWith([]), "/confirm", body)).code, 400);
  });
}

Deno.test("POST /confirm needs the token", async () => {
  const response = await appWith([]).request("/confirm", {
    method: "POST",
    headers: { host: "127.0.0.1" },
    body: "{}",
  });
  assertEquals(response.status, 401);
  await response.body?.cancel();
});

Deno.test("a measurement is of one network or of all, and says when there is none", async () => {
  const app = appWith([]);
  const line = (provider: string) => ({
    home: [{ provider, problem: null, down: 1_000_000, up: null }],
  });
  assertEquals(await post(app, "/measure", "{}"), { code: 200, body: line("eth0") });
  assertEquals(await post(app, "/measure", '{"provider": "lte"}'), {
    code: 200,
    body: line("lte"),
  });
  const none = await post(app, "/measure", '{"provider": "none"}');
  assertEquals([none.code, none.body.error], [
    409,
    "Cannot measure none: there is no such network",
  ]);
  for (const wrong of ['{"provider": 3}', '{"provider": ""}', "3"]) {
    assertEquals((await post(app, "/measure", wrong)).code, 400, wrong);
  }
});
