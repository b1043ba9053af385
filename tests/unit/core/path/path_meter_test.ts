import { LATENESS_WINDOW, PathMeter } from "../../../../lib/core/path/path_meter.ts";
import { assert, assertEquals } from "../../../assert.ts";

function meterOf(answers: readonly number[]): PathMeter {
  const meter = new PathMeter();
  for (const [index, ms] of answers.entries()) meter.noteAnswer(ms, index);
  return meter;
}

Deno.test("the first answer is the round trip", () => {
  const meter = meterOf([42]);
  assertEquals([meter.roundTripMs, meter.loss, meter.countedAt], [42, 0, 0]);
});

Deno.test("the round trip follows slowly, the jitter its deviations", () => {
  const meter = meterOf(Array.from({ length: 200 }, (_, i) => i % 2 === 0 ? 40 : 60));
  assert(meter.roundTripMs !== null && Math.abs(meter.roundTripMs - 50) < 3);
  assert(Math.abs(meter.jitterMs - 10) < 3, `${meter.jitterMs}`);
});

Deno.test("an answer counts as lost when it took a retransmission, not before", () => {
  assertEquals(meterOf([20, 260]).loss, 0);
  assertEquals(meterOf([20, 261]).loss, 1 / LATENESS_WINDOW);
});

Deno.test("what was late is forgotten with the window", () => {
  const meter = meterOf([20, 900, ...Array.from({ length: LATENESS_WINDOW }, () => 20)]);
  assertEquals(meter.loss, 0);
});

Deno.test("a path has the round trip of its dial until the first answer replaces it", () => {
  const meter = meterOf([20, 900]);
  meter.restart(1_600);
  assertEquals([meter.roundTripMs, meter.jitterMs, meter.countedAt], [1_600, 400, -Infinity]);
  meter.noteAnswer(1_000, 5);
  assertEquals([meter.roundTripMs, meter.jitterMs, meter.countedAt], [1_000, 250, 5]);
});

Deno.test("a new path is measured from the start", () => {
  const meter = meterOf([20, 900]);
  meter.restart();
  assertEquals([meter.roundTripMs, meter.jitterMs, meter.loss], [null, 0, 0]);
});
