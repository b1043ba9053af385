import { LinkRenewal } from "../../../../lib/relay/link/link_renewal.ts";
import { assertEquals } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { LinkWorld } from "./kit/link_world.ts";

/** The old links of a session, which answer when the test says so. */
class Old {
  usualMs = 0;
  answeredAt = -Infinity;
  overtakenTimes = 0;
  answeredSince(then: number): boolean {
    return this.answeredAt > then;
  }
  overtaken(): void {
    this.overtakenTimes += 1;
  }
}

function start(...keys: readonly string[]) {
  const world = new LinkWorld(...keys);
  const { dialer, providers, parked, session: tasks } = world;
  const renewal = new LinkRenewal({ dialer, providers, parked, tasks });
  const old = new Old();
  const begin = (key: string) =>
    renewal.begin(key, {
      usualMs: old.usualMs,
      answeredSince: (then) => old.answeredSince(then),
      overtaken: () => old.overtaken(),
    });
  return { world, renewal, old, begin };
}

Deno.test("links that answer at once cost no dial", async () => {
  const { world, old, begin } = start("a");
  begin("a");
  await world.clock.advance(10);
  old.answeredAt = world.clock.now();
  await world.clock.advance(1_000);
  assertEquals([world.dials.length, old.overtakenTimes, world.clock.pending], [0, 0, 0]);
});

Deno.test("old links are given up when a new one is there first, which is parked", async () => {
  const { world, old, begin } = start("a");
  begin("a");
  await world.clock.advance(1_000);
  assertEquals([world.dialsOver("a"), old.overtakenTimes], [1, 1]);
  assertEquals(world.standby.countOn("a"), 1);
  world.standby.close();
  assertEquals(world.clock.pending, 0);
});

Deno.test("a dial that stands still is overtaken by the next", async () => {
  const { world, old, begin } = start("a");
  world.let("a", "silent");
  begin("a");
  await world.clock.advance(200);
  assertEquals([world.dialsOver("a"), old.overtakenTimes], [2, 0]);
  world.let("a", "answers");
  await world.clock.advance(200);
  assertEquals([world.dialsOver("a"), old.overtakenTimes], [3, 1]);
  world.standby.close();
  await settle();
  assertEquals(world.faults, []);
});

Deno.test("old links that answer while new ones are dialled are kept", async () => {
  const { world, old, begin } = start("a");
  world.let("a", "silent");
  begin("a");
  await world.clock.advance(200);
  old.answeredAt = world.clock.now();
  world.let("a", "answers");
  await world.clock.advance(10_000);
  assertEquals([world.dialsOver("a"), old.overtakenTimes, world.clock.pending], [2, 0, 0]);
});

Deno.test("the next event begins anew, and a network that is not there is not dialled", async () => {
  const { world, renewal, old, begin } = start("a");
  world.let("a", "unreachable");
  begin("a");
  await world.clock.advance(150);
  begin("a");
  await world.clock.advance(150);
  assertEquals(world.dialsOver("a"), 4);
  world.have();
  begin("a");
  await world.clock.advance(1_000);
  assertEquals([world.dialsOver("a"), old.overtakenTimes], [4, 0]);
  renewal.stop();
  assertEquals(world.clock.pending, 0);
});

Deno.test("on a slow network old links have as long as they usually take before one is dialled", async () => {
  const { world, old, begin } = start("a");
  old.usualMs = 600;
  world.let("a", "silent");
  begin("a");
  await world.clock.advance(599);
  assertEquals(world.dials.length, 0);
  await world.clock.advance(1);
  assertEquals(world.dials.length, 1);
  await world.clock.advance(300);
  assertEquals(world.dials.length, 3);
  old.answeredAt = world.clock.now();
  await world.clock.advance(10_000);
  assertEquals([old.overtakenTimes, world.clock.pending], [0, 0]);
});
