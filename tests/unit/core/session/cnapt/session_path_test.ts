import type { CnaptEffect } from "../../../../../lib/core/session/cnapt_effect.ts";
import { SessionPath } from "../../../../../lib/core/session/cnapt/session_path.ts";
import type { CnaptDeadline } from "../../../../../lib/core/session/deadline_name.ts";
import { Deadlines } from "../../../../../lib/core/session/deadlines.ts";
import { Outbox } from "../../../../../lib/core/session/outbox.ts";
import { assertEquals } from "../../../../assert.ts";
import { kindsOf, newRecord, sent } from "../session_settings.ts";

const HEARTBEAT_MS = 5_000;
const DEAD_MS = 1_000;

/** The path of a session that got its control link at 0. */
function pathOf() {
  const outbox = new Outbox<CnaptEffect>(newRecord());
  const deadlines = new Deadlines<CnaptDeadline>();
  const place = { state: "connected", epoch: 0, provider: "eth" } as const;
  const settings = { heartbeatMs: HEARTBEAT_MS, deadAfterMs: DEAD_MS };
  const path = new SessionPath({ outbox, deadlines, place }, settings, 0);
  outbox.adopt(1);
  outbox.flush();
  path.restart(0);
  return { outbox, deadlines, path };
}

/** The same, after its first question was answered within 40 ms. */
function measuredPathOf() {
  const parts = pathOf();
  parts.path.check(0);
  const [ping] = sent(parts.outbox.flush(), "ping");
  parts.path.heard({ kind: "pong", token: ping?.token ?? -1 }, 40);
  parts.path.check(parts.deadlines.next);
  return parts;
}

Deno.test("a new path is asked at once, and an answer measures it", () => {
  const { path } = measuredPathOf();
  assertEquals([path.roundTripMs, path.heardAt], [40, 40]);
});

Deno.test("a new path has the round trip of its dial before it answers", () => {
  const { path } = pathOf();
  path.dialled(1_600);
  path.restart(0);
  assertEquals(path.roundTripMs, 1_600);
});

Deno.test("a quiet path is asked after the heartbeat interval", () => {
  const { outbox, deadlines, path } = measuredPathOf();
  const kinds: string[] = [];
  while (kinds.length === 0) {
    const now = deadlines.next;
    path.check(now);
    kinds.push(...kindsOf(outbox.flush()));
    assertEquals(now <= 40 + HEARTBEAT_MS, true);
  }
  assertEquals(kinds, ["ping"]);
});

Deno.test("a path that does not answer is asked around for, and another link is sought", () => {
  const { outbox, deadlines, path } = pathOf();
  const kinds: string[] = [];
  let reason: string | null = null;
  let now = 0;
  for (let turns = 0; reason === null && turns < 10; turns++) {
    now = Math.max(now, deadlines.next);
    reason = path.check(now);
    const wanted = kindsOf(outbox.flush());
    kinds.push(...wanted);
    if (!wanted.includes("askSystem")) continue;
    path.systemAsked(null, now);
    reason = path.check(now);
    kinds.push(...kindsOf(outbox.flush()));
    assertEquals(path.isSeeking, true);
  }
  assertEquals(kinds, ["ping", "askAround", "askSystem", "seekControl"]);
  assertEquals([reason, now], ["nothing heard from SNAPT", 30_000]);
});

Deno.test("another link is sought no longer when anything is heard", () => {
  const { outbox, deadlines, path } = pathOf();
  while (!path.isSeeking) {
    const now = deadlines.next;
    path.check(now);
    if (!kindsOf(outbox.flush()).includes("askSystem")) continue;
    path.systemAsked(null, now);
    path.check(now);
  }
  outbox.flush();
  path.payloadReceived(4_000);
  assertEquals([path.isSeeking, kindsOf(outbox.flush())], [false, ["stopSeeking"]]);
  assertEquals(deadlines.next < 30_000, true);
});

Deno.test("a path that is suspected is asked at once", () => {
  const { outbox, deadlines, path } = measuredPathOf();
  path.suspect(1_000);
  assertEquals(deadlines.next <= 1_000, true);
  path.check(1_000);
  assertEquals(kindsOf(outbox.flush()), ["ping"]);
});

Deno.test("without a control link there is no path to be judged", () => {
  const { outbox, deadlines, path } = pathOf();
  outbox.dropControl();
  outbox.flush();
  path.stop();
  path.suspect(1_000);
  path.pathAnswered(1_000);
  path.otherAnswered(1_000);
  path.payloadReceived(1_000);
  assertEquals([path.check(60_000), deadlines.next, outbox.flush()], [null, Infinity, []]);
});
