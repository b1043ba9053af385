import { noSnaptCounts } from "../../../../lib/relay/server/snapt_counters.ts";
import { assertEquals } from "../../../assert.ts";
import { ServerWorld } from "./kit/server_world.ts";

Deno.test("every counter begins with zero, and each server has its own", () => {
  const counts = noSnaptCounts();
  assertEquals(Object.values(counts), Array.from({ length: 9 }, () => 0));
  counts.accepted += 1;
  assertEquals(noSnaptCounts().accepted, 0);
});

Deno.test("what is shown of the counters stays as it was when they go on", async () => {
  const world = new ServerWorld();
  const { counters } = world.server.snapshot();
  await world.connect();
  assertEquals([counters.accepted, counters.sessions], [0, 0]);
  const { accepted, authenticated, sessions } = world.server.snapshot().counters;
  assertEquals([accepted, authenticated, sessions], [1, 1, 1]);
  await world.stop();
});
