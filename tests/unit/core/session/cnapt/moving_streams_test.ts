import { MovingStreams } from "../../../../../lib/core/session/cnapt/moving_streams.ts";
import { assertEquals } from "../../../../assert.ts";

function moving(...ids: readonly number[]) {
  const drained: number[] = [];
  const streams = new MovingStreams((now) => drained.push(now));
  for (const id of ids) streams.add(id);
  return { streams, drained };
}

Deno.test("the last stream that arrives is told, and only that", () => {
  const { streams, drained } = moving(1, 2);
  streams.arrived(1, 10);
  streams.arrived(1, 11);
  streams.arrived(9, 12);
  assertEquals(drained, []);
  streams.arrived(2, 13);
  assertEquals(drained, [13]);
});

Deno.test("what is given up is not told, but asked for it is", () => {
  const { streams, drained } = moving(1, 2, 3);
  streams.giveUp(1);
  assertEquals([streams.has(1), streams.giveUpAll(), streams.has(2)], [false, [2, 3], false]);
  assertEquals(drained, []);
  streams.tellIfDrained(20);
  assertEquals(drained, [20]);
});

Deno.test("while something moves nothing is told", () => {
  const { streams, drained } = moving(1);
  streams.tellIfDrained(20);
  assertEquals(drained, []);
});
