import { describeRelay } from "../../../../lib/status/words/describe_relay.ts";
import type { ThroughRelaySnapshot } from "../../../../lib/relay/own_relay/through_relay.ts";
import { assertEquals } from "../../../assert.ts";

const THERE: ThroughRelaySnapshot = {
  name: "vps",
  address: "relay.example.org:7787",
  state: "attached",
  since: "2026-11-28T04:10:03.512Z",
  why: null,
  roundTripMs: 12.34,
  parked: 8,
  quota: null,
  joined: 3,
  connections: 17,
  receivedBytes: 12_000_000,
  sentBytes: 900,
};
const CARRIED = "3 connections, 17 in all, 12 MB in, 900 B out";
const ABOUT = "relay vps            relay.example.org:7787";

Deno.test("a relay that SNAPT is at is one line", () => {
  assertEquals(describeRelay(THERE), [
    `${ABOUT}, connected since 2026-11-28 04:10Z, 12.3 ms to it, 8 parked, ${CARRIED}`,
  ]);
});

Deno.test("what of a month's limit is used up is said, and what to do when it comes near", () => {
  const quota = { state: "free", usedBytes: 12_000_000, limitBytes: 100_000_000_000 } as const;
  const [line, ...others] = describeRelay({ ...THERE, quota });
  assertEquals(line?.endsWith(`${CARRIED}, 12 MB of 100 GB this month`), true);
  assertEquals(others, []);
  for (const state of ["near", "spent"] as const) {
    const [, remedy] = describeRelay({ ...THERE, quota: { ...quota, state } });
    assertEquals(remedy?.includes("snapt relay limit NAME --month"), true);
    assertEquals(remedy?.includes("connections wait"), state === "spent");
  }
});

Deno.test("a relay that is not reached says since when, why, and what to do", () => {
  const why = { reason: "nobody listens there", remedy: "run it" };
  assertEquals(describeRelay({ ...THERE, state: "absent", roundTripMs: null, parked: 0, why }), [
    `${ABOUT}, not connected since 2026-11-28 04:10Z: nobody listens there, ${CARRIED}`,
    "  -> run it",
  ]);
  assertEquals(describeRelay({ ...THERE, state: "absent", since: null }), [
    `${ABOUT}, not connected, ${CARRIED}`,
  ]);
});
