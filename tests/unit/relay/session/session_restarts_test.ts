import { assertEquals } from "../../../assert.ts";
import { SessionRestarts } from "../../../../lib/relay/session/session_restarts.ts";

Deno.test("pauses between restarts grow to fifteen seconds while sessions end soon", () => {
  const restarts = new SessionRestarts();
  const pauses: number[] = [];
  let now = 0;
  for (let i = 0; i < 7; i++) {
    restarts.connected(now);
    now += 500;
    const pause = restarts.pauseAfter(now, "failed");
    pauses.push(pause);
    now += pause;
  }
  assertEquals(pauses, [1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
});

Deno.test("the pause is short again after a session that was connected for ten seconds", () => {
  const restarts = new SessionRestarts();
  restarts.connected(0);
  restarts.pauseAfter(10, "failed");
  restarts.connected(1_010);
  assertEquals(restarts.pauseAfter(1_020, "failed"), 2_000);
  restarts.connected(3_020);
  restarts.connected(12_000); // its services were announced once more
  assertEquals(restarts.pauseAfter(13_020, "failed"), 1_000);
});

Deno.test("the pause grows while sessions end that were looked for long, but never connected", () => {
  const restarts = new SessionRestarts();
  assertEquals(restarts.pauseAfter(60_000, "failed"), 1_000);
  assertEquals(restarts.pauseAfter(120_000, "failed"), 2_000);
});

Deno.test("the pause is a moment when SNAPT is started again, and stays short for ten times", () => {
  const restarts = new SessionRestarts();
  const pauses: number[] = [];
  for (let now = 0; now < 60_000; now += 5_000) {
    restarts.connected(now);
    pauses.push(restarts.pauseAfter(now + 100, "restarted"));
  }
  assertEquals(pauses.slice(0, 5), [250, 500, 1_000, 2_000, 2_000]);
  assertEquals(pauses.slice(9), [2_000, 15_000, 15_000]);
  assertEquals(restarts.pauseAfter(70_000, "failed"), 1_000);
  restarts.connected(80_000);
  assertEquals(restarts.pauseAfter(90_000, "restarted"), 250);
});

Deno.test("the pause of one that was displaced grows to two minutes, and is shorter after a good session", () => {
  const restarts = new SessionRestarts();
  const pauses = [1, 2, 3, 4, 5].map((now) => restarts.pauseAfter(now, "displaced"));
  assertEquals(pauses, [15_000, 30_000, 60_000, 120_000, 120_000]);
  restarts.connected(300_000);
  assertEquals(restarts.pauseAfter(310_000, "displaced"), 15_000);
});

Deno.test("the pause is long after a refusal that repeating does not mend", () => {
  const restarts = new SessionRestarts();
  assertEquals(restarts.pauseAfter(100, "refused"), 15_000);
  restarts.connected(15_100);
  assertEquals(restarts.pauseAfter(15_200, "failed"), 1_000);
});
