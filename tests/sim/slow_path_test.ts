/** Slow is not dead, and how slow a path is is known whatever flows over it. */
import { assert, assertEquals } from "../assert.ts";
import { World } from "./world.ts";

/** Somebody who types, and a program that answers. */
const SHELL = {
  client: { sendsBytes: 60_000, sendPauseMs: 200, pieceBytes: 100 },
  server: { sendsBytes: 60_000, sendPauseMs: 200, pieceBytes: 100 },
} as const;

/** How many switches there were, sudden ones of a network to itself among them. */
function switches(world: World): number {
  return world.cnapt.receipts.length;
}

for (const delayMs of [800, 1_500, 2_500]) {
  Deno.test(`a session is not torn down when a packet takes ${delayMs} ms and more`, async () => {
    const world = await World.connected([SHELL], { delaysMs: { satellite: delayMs } });
    const roundTripMs = world.cnapt.session.roundTripMs ?? 0;
    assert(roundTripMs >= 2 * delayMs, `${roundTripMs} ms`);
    await world.run(120_000);
    assertEquals(switches(world), 0);
    await world.finish();
  });
}

Deno.test("an only network is kept when it becomes slower than silence is tolerated", async () => {
  const world = await World.connected([SHELL], { delaysMs: { wifi: 10 } });
  await world.run(5_000);
  world.network.slowDown("wifi", 1_500);
  await world.run(30_000);
  assertEquals([switches(world), world.cnapt.session.state], [0, "connected"]);
  await world.finish();
});

Deno.test("a network is left for another that answers when it falls silent", async () => {
  const world = await World.connected([SHELL], { delaysMs: { wifi: 10, lte: 40 } });
  await world.run(5_000);
  world.network.silence("wifi");
  await world.runUntil(() => world.switched === 1, 3_000);
  assertEquals(world.cnapt.session.provider, "lte");
  assert(world.cnapt.session.roundTripMs !== null, "the dial has told it");
  await world.finish();
});

Deno.test("a round trip that grows is seen while payload flows without a break", async () => {
  const world = await World.connected([SHELL], { delaysMs: { wifi: 10 } });
  await world.run(5_000);
  const { meter } = world.cnapt.session;
  assert((meter.roundTripMs ?? 1e9) < 100, `${meter.roundTripMs} ms at first`);
  world.network.slowDown("wifi", 300);
  const countedAt = meter.countedAt;
  await world.run(3_000);
  assert(meter.countedAt > countedAt && meter.jitterMs > 150, `${meter.jitterMs} ms of jitter`);
  await world.run(15_000);
  assert((meter.roundTripMs ?? 0) > 400, `${meter.roundTripMs} ms in the end`);
  await world.finish();
});
