import type { MappingWay } from "../../../../lib/core/mapping/mapping_way.ts";
import type { ThroughRelaySnapshot } from "../../../../lib/relay/own_relay/through_relay.ts";
import { snaptVerdict } from "../../../../lib/status/verdict/snapt_verdict.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { servedSession, snaptSnapshot } from "../kit/snapt_snapshot.ts";

const NOW = new Date("2026-11-28T08:00:00Z");

const AWAY = servedSession({
  client: "phone",
  away: {
    since: "2026-11-28T07:59:00Z",
    until: "2026-11-28T08:30:00Z",
    streams: 1,
    waitingBytes: 0,
  },
});

const RELAY: ThroughRelaySnapshot = {
  name: "vps",
  address: "vps.example:7787",
  state: "attached",
  since: "2026-11-28T07:00:00Z",
  why: null,
  roundTripMs: 5,
  parked: 2,
  quota: null,
  joined: 0,
  connections: 0,
  receivedBytes: 0,
  sentBytes: 0,
};

Deno.test("who is connected, silent and away is counted, and silence is never connected", () => {
  const sessions = [servedSession(), servedSession({ client: "box", heardAgoMs: 12_300 }), AWAY];
  const verdict = snaptVerdict(snaptSnapshot({ sessions }), NOW);
  assertEquals([verdict.level, verdict.sentence], [
    "waiting",
    "Site home: 1 connected, 1 silent, 1 away",
  ]);
  assertEquals(verdict.problems.map(({ what }) => what), ["nothing heard of box for 12 s"]);
  const alone = snaptVerdict(snaptSnapshot(), NOW);
  assertEquals(alone, { level: "good", sentence: "Site home: 0 connected", problems: [] });
});

Deno.test("a relay that is not reached is bad, and one that was only just named is not", () => {
  const absent = { ...RELAY, state: "absent", since: null } as const;
  const why = { reason: "nobody answers", remedy: "see that it runs" };
  const lost = snaptVerdict(snaptSnapshot({ relays: [{ ...absent, why }] }), NOW);
  assertEquals([lost.level, lost.sentence], [
    "bad",
    "Site home: 0 connected, the relay vps is not reached",
  ]);
  assertEquals(lost.problems, [{
    what: "relay vps: not connected: nobody answers",
    remedy: "see that it runs",
  }]);
  assertEquals(snaptVerdict(snaptSnapshot({ relays: [absent, RELAY] }), NOW).level, "good");
});

Deno.test("the worst comes first, and how many more there are is said", () => {
  const quota = { state: "near", usedBytes: 9e9, limitBytes: 1e10 } as const;
  const spent = { ...quota, state: "spent" } as const;
  const relays = [{ ...RELAY, quota }, { ...RELAY, name: "two", quota: spent }];
  const verdict = snaptVerdict(snaptSnapshot({ relays }), NOW);
  assertEquals(
    verdict.sentence,
    "Site home: 0 connected, the month of the relay two is used up and 1 more problem",
  );
  assert(verdict.problems[0]?.what.startsWith("relay two"), verdict.problems[0]?.what);
});

Deno.test("a router that leads nowhere is a problem with its own remedy", () => {
  const way: MappingWay = {
    family: 4,
    state: "unmapped",
    method: null,
    router: "192.168.1.1",
    own: null,
    tcp: null,
    udp: null,
    lifetimeS: null,
    since: null,
    words: "the router refuses",
    remedy: "enter as port forwarding: TCP",
  };
  const verdict = snaptVerdict(snaptSnapshot({ mapping: [way] }), NOW);
  assertEquals(verdict.sentence, "Site home: 0 connected, no router leads here");
  assertEquals(verdict.problems[0]?.remedy, "enter as port forwarding: TCP");
});

Deno.test("a SNAPT near its limit of open files says so before it is full", () => {
  const sessions = [servedSession({ streams: 300 })];
  const few = snaptVerdict(snaptSnapshot({ sessions }), NOW);
  assertEquals(few.sentence, "Site home: 1 connected, little room for more connections");
  const descriptors = { limit: null, open: 0, refused: 0, short: 0 };
  assertEquals(snaptVerdict(snaptSnapshot({ sessions, descriptors }), NOW).level, "good");
});
