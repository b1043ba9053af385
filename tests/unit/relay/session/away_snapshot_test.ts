import { awaySnapshot } from "../../../../lib/relay/session/away_snapshot.ts";
import { assertEquals } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";
import { Z_MS } from "../../core/session/session_settings.ts";
import { bind, connected, CONTROL } from "../../core/session/snapt/snapt_session_case.ts";

Deno.test("a session that has a network is not away", () => {
  const clock = new VirtualClock();
  assertEquals(awaySnapshot({ absence: null, clock }, connected()), null);
});

Deno.test("a session that is away says since when, until when, and what waits in it", async () => {
  const clock = new VirtualClock();
  const away = connected();
  away.bindReceived(11, bind(), 0);
  const ring = away.streams.get(1)?.ring;
  ring?.writable(100);
  ring?.commit(100);
  await clock.advance(2_000);
  away.controlLost(CONTROL, 2_000);
  const absence = { at: clock.now(), since: clock.date() };
  await clock.advance(3_000);
  assertEquals(awaySnapshot({ absence, clock }, away), {
    since: new Date(2_000).toISOString(),
    until: new Date(2_000 + Z_MS).toISOString(),
    streams: 1,
    waitingBytes: 100,
  });
});

Deno.test("a session is kept no longer than its peer keeps it", async () => {
  const clock = new VirtualClock();
  await clock.advance(1_000);
  const absence = { at: clock.now(), since: clock.date() };
  const own = { streams: new Map(), keptUntil: 61_000, peerKeepsMs: 10_000 };
  const until = awaySnapshot({ absence, clock }, own)?.until;
  assertEquals(until, new Date(11_000).toISOString());
});
