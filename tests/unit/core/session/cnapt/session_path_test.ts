import type { CnaptEffect } from "../../../../../lib/core/session/cnapt_effect.ts";
import { SessionPath } from "../../../../../lib/core/session/cnapt/session_path.ts";
import type { CnaptDeadline } from "../../../../../lib/core/session/deadline_name.ts";
import { Deadlines } from "../../../../../lib/core/session/deadlines.ts";
import { Outbox } from "../../../../../lib/core/session/outbox.ts";
import { assertEquals } from "../../../../assert.ts";
import { kindsOf, newRecord, sent } from "../session_settings.ts";
import { sending, sharedParts } from "../shared_parts.ts";

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

Deno.test("a quiet path is asked after the heartbeat interval, and an answer measures it", () => {
  const { outbox, deadlines, path } = pathOf();
  assertEquals(deadlines.next, HEARTBEAT_MS);
  assertEquals(path.check(HEARTBEAT_MS), null);
  const [ping] = sent(outbox.flush(), "ping");
  path.heard({ kind: "pong", token: ping?.token ?? -1 }, HEARTBEAT_MS + 40);
  assertEquals([path.roundTripMs, path.heardAt], [40, HEARTBEAT_MS + 40]);
});

Deno.test("a path that does not answer is asked around for, and then is dead", () => {
  const { outbox, deadlines, path } = pathOf();
  const kinds: string[] = [];
  let reason: string | null = null;
  for (let turns = 0; reason === null && turns < 10; turns++) {
    reason = path.check(deadlines.next);
    kinds.push(...kindsOf(outbox.flush()));
  }
  assertEquals([kinds, reason], [["ping", "askAround"], "nothing heard from SNAPT"]);
});

Deno.test("a path that is suspected is asked at once", () => {
  const { outbox, deadlines, path } = pathOf();
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

Deno.test("an acknowledgement bounds the round trip by when its bytes went out", () => {
  const { path } = pathOf();
  const stream = sending(sharedParts(), 100);
  path.payloadSent(stream, 1_000);
  path.acknowledged({ stream: 1, position: 99 }, 1_010);
  path.acknowledged({ stream: 2, position: 100 }, 1_020);
  assertEquals(path.roundTripMs, null);
  path.acknowledged({ stream: 1, position: 100 }, 1_040);
  path.acknowledged({ stream: 1, position: 100 }, 9_000);
  assertEquals(path.meter.roundTripMs === null || path.meter.roundTripMs <= 40, true);
});
