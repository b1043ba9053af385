import { assertEquals } from "../../../assert.ts";
import { SessionRestarts } from "../../../../lib/relay/session/session_restarts.ts";

Deno.test("pauses between restarts grow to fifteen seconds while sessions end soon", () => {
  const restarts = new SessionRestarts();
  const pauses: number[] = [];
  let now = 0;
  for (let i = 0; i < 7; i++) {
    restarts.started(now);
    now += 500;
    const pause = restarts.pauseAfter(now, false);
    pauses.push(pause);
    now += pause;
  }
  assertEquals(pauses, [1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
});

Deno.test("the pause is short again after a session that lived a minute", () => {
  const restarts = new SessionRestarts();
  restarts.started(0);
  restarts.pauseAfter(10, false);
  restarts.started(1_010);
  assertEquals(restarts.pauseAfter(1_020, false), 2_000);
  restarts.started(3_020);
  assertEquals(restarts.pauseAfter(63_020, false), 1_000);
});

Deno.test("the pause is long after a refusal that repeating does not mend", () => {
  const restarts = new SessionRestarts();
  restarts.started(0);
  assertEquals(restarts.pauseAfter(100, true), 15_000);
  restarts.started(15_100);
  assertEquals(restarts.pauseAfter(15_200, false), 1_000);
});
