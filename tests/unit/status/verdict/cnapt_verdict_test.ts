import type { FlowSnapshot } from "../../../../lib/relay/datagram/cnapt_flow.ts";
import type { StreamSnapshot } from "../../../../lib/relay/site/stream_snapshot.ts";
import { cnaptVerdict, type JudgedCnapt } from "../../../../lib/status/verdict/cnapt_verdict.ts";
import type { JudgedSite } from "../../../../lib/status/verdict/site_verdict.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { cnaptSnapshot, siteSnapshot } from "../kit/site_snapshot.ts";

const NOW = new Date("2026-11-28T08:00:00Z");
const agoMs = (ms: number) => new Date(NOW.getTime() - ms);
const SSH = { name: "ssh", port: 22, protocol: "tcp", compression: "none" } as const;

function verdict(
  sites: readonly Partial<JudgedSite>[],
  changes: Partial<JudgedCnapt> = {},
) {
  const all = sites.map((site) =>
    siteSnapshot({ services: [SSH], ...site } as Parameters<typeof siteSnapshot>[0])
  );
  return cnaptVerdict({ ...cnaptSnapshot(all), ...changes }, NOW);
}

function heldStream(held: string | null): StreamSnapshot {
  return {
    stream: 1,
    service: "ssh",
    opener: "client",
    source: "127.0.0.1:5",
    link: "unbound",
    held,
    sentBytes: 0,
    acknowledgedBytes: 0,
    receivedBytes: 0,
    bufferBytes: 0,
    packing: null,
  };
}

Deno.test("what is well is one sentence with the network and its round trip, and no problem", () => {
  const well = verdict([{ provider: "wifi0", roundTripMs: 22.4 }]);
  assertEquals(well, {
    level: "good",
    sentence: "Connected over wifi0, 22 ms, nothing waits",
    problems: [],
  });
  const unknown = verdict([{ roundTripMs: null }]);
  assertEquals(unknown.sentence, "Connected over eth0, nothing waits");
});

Deno.test("nobody is called connected of whom nothing was heard for longer than usual", () => {
  const late = verdict([{ heardAgoMs: 4_230, usualSilenceMs: 2_500 }]);
  assertEquals(
    [late.level, late.sentence],
    ["waiting", "Nothing heard from SNAPT for 4.2 s over eth0"],
  );
  assert(late.problems[0]?.remedy.includes("cnapt switch NETWORK"));
  const never = verdict([{ heardAgoMs: null }]);
  assertEquals(never.sentence, "Nothing heard from SNAPT yet over eth0");
  assertEquals(verdict([{ heardAgoMs: 2_500, usualSilenceMs: 2_500 }]).level, "good");
});

Deno.test("a machine without any network says so before all else", () => {
  const { level, sentence, problems } = verdict(
    [{ state: "searching", streams: [heldStream(null), heldStream(null)] }],
    { noNetworkSince: agoMs(12_000) },
  );
  assertEquals([level, sentence, problems.length], [
    "bad",
    "This machine has had no network for 12 s; 2 connections kept",
    1,
  ]);
});

Deno.test("a session without a network says for how long it is and will be kept", () => {
  const { level, sentence, problems } = verdict([{
    state: "searching",
    provider: "",
    away: {
      since: agoMs(30_000).toISOString(),
      until: agoMs(-600_000).toISOString(),
      streams: 1,
      waitingBytes: 0,
    },
    failures: [
      { provider: "eth0", reason: "Cannot connect to 192.0.2.1:7787 by eth0: refused" },
      { provider: "lte", reason: "Cannot connect to 192.0.2.1:7787 by lte: refused" },
    ],
  }]);
  assertEquals([level, sentence], [
    "bad",
    "No network leads to SNAPT for 30 s; 1 connection kept for 10 min more",
  ]);
  assertEquals(problems.map(({ what }) => what), [
    "SNAPT is not reached over eth0 and lte: Cannot connect to 192.0.2.1:7787: refused",
  ], "one cause, one sentence");
});

Deno.test("what is bad says what to do, also before an attempt has failed", () => {
  const { level, problems } = verdict([{ state: "searching", failures: [] }]);
  assertEquals([level, problems.length], ["bad", 1]);
  assert(problems[0]?.remedy.includes("cnapt doctor"));
});

Deno.test("a refusal says why and what to do", () => {
  for (
    const [code, remedy] of [
      ["revoked", "new code"],
      ["displaced", "other CNAPT"],
      ["version", "same version"],
      ["toString", "ask who runs SNAPT"],
    ] as const
  ) {
    const refused = verdict([{
      state: "refused",
      refusal: { code, sentence: "laptop was revoked" },
    }]);
    assertEquals(refused.level, "bad");
    assertEquals(refused.sentence, "SNAPT refuses this CNAPT: laptop was revoked");
    assert(refused.problems[0]?.remedy.includes(remedy), refused.problems[0]?.remedy);
  }
});

Deno.test("between two sessions it says why and when the next one is tried", () => {
  const { level, sentence } = verdict([{
    state: "closed",
    pause: { reason: "SNAPT stops", remainingMs: 3_210 },
  }]);
  assertEquals([level, sentence], [
    "waiting",
    "Not connected: SNAPT stops; CNAPT tries again in 3.2 s",
  ]);
});

Deno.test("who waits, and why, is said of a site that is connected", () => {
  const waits = verdict([{
    streams: [heldStream("ssh is not allowed over eth0"), heldStream(null)],
  }]);
  assertEquals([waits.level, waits.sentence], [
    "waiting",
    "Connected over eth0, 1.5 ms, 1 connection waits",
  ]);
  assertEquals(waits.problems[0]?.what, "1 connection waits: ssh is not allowed over eth0");
});

Deno.test("a question, a service that nobody serves, a full program and a wrong clock are problems", () => {
  const question = {
    ...{ provider: "lte", from: "eth0", reason: "it is faster", sites: ["home"] },
    ...{ askedAt: "", leftMs: 12_000 },
  };
  const asks = verdict([{}], { questions: [question] });
  assertEquals(asks.sentence, "Connected over eth0, 1.5 ms, asks whether to use lte");
  assertEquals(asks.problems[0]?.remedy, "`cnapt confirm lte`, or `cnapt confirm lte --no`");
  const missing = [{ site: "home", service: "db", reason: "no port near 5432 is free" }];
  const taken = verdict([{}], { missing });
  assertEquals(taken.sentence, "Connected over eth0, 1.5 ms, db has no port here");
  assertEquals(taken.problems[0]?.what, "db of home has no port here: no port near 5432 is free");
  const unserved = verdict([{ services: [{ ...SSH, name: "db" }] }]);
  assertEquals(unserved.sentence, "Connected over eth0, 1.5 ms, SNAPT does not offer ssh");
  const descriptors = { limit: 100, open: 95, refused: 0, short: 0 };
  const full = verdict([{}], { descriptors });
  assert(full.problems[0]?.what.startsWith("95 of 100 sockets"), full.problems[0]?.what);
  const old = cnaptVerdict(cnaptSnapshot([siteSnapshot()]), new Date("1970-01-02"));
  assert(old.problems.some(({ what }) => what.includes("1970-01-02")));
});

Deno.test("several sites are one sentence: how many, and the worst of them", () => {
  const home = { name: "home", roundTripMs: 3 };
  const all = verdict([home, { name: "work", roundTripMs: 40 }]);
  assertEquals(all.sentence, "Connected to all 2 sites over eth0, 40 ms at most, nothing waits");
  const one = verdict([
    home,
    { name: "work", state: "dialing", provider: "" },
    { name: "old", state: "refused", refusal: { code: "revoked", sentence: "revoked" } },
  ]);
  assertEquals([one.level, one.sentence], [
    "bad",
    "Connected to 1 of 3 sites over eth0; old: SNAPT refuses this CNAPT: revoked",
  ]);
  assertEquals(one.problems[0]?.what, "old: SNAPT refuses this CNAPT: revoked");
});

Deno.test("a CNAPT without a site says how to join one", () => {
  const { level, sentence, problems } = verdict([]);
  assertEquals([level, sentence], ["waiting", "There is no site yet"]);
  assert(problems[0]?.remedy.includes("cnapt join CODE"));
});

Deno.test("datagrams that the network in use may not carry wait, and are said to", () => {
  const flow: FlowSnapshot = {
    ...{ flow: 1, service: "dns", application: "127.0.0.1:5", way: "held", held: 3 },
    ...{ sentDatagrams: 3, receivedDatagrams: 0, sentBytes: 90, receivedBytes: 0 },
  };
  const { level, sentence, problems } = verdict([{ provider: "lte", flows: [flow] }]);
  assertEquals([level, sentence], ["waiting", "Connected over lte, 1.5 ms, 1 UDP flow waits"]);
  assertEquals(problems[0]?.what, "1 UDP flow waits: dns is not allowed over lte");
  assertEquals(verdict([{ flows: [{ ...flow, held: 0 }] }]).level, "good"); // it says nothing
});
