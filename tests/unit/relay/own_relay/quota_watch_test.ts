import type { RelayMessage } from "../../../../lib/core/relay/relay_messages.ts";
import { QuotaWatch } from "../../../../lib/relay/own_relay/quota_watch.ts";
import { SnaptRecord } from "../../../../lib/relay/own_relay/snapt_record.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

class World {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly record = new SnaptRecord("homepc");
  limit: number | null = 100;
  readonly changes: string[] = [];
  readonly told: RelayMessage[] = [];
  readonly watch = new QuotaWatch({
    record: this.record,
    limit: () => this.limit,
    tasks: TaskGroup.root(this.clock, this.log),
    log: this.log,
    changed: (quota) => this.changes.push(quota),
    tell: (message) => this.told.push(message),
  });

  carry(bytes: number): void {
    this.record.carried(bytes, "snapt");
    this.watch.look();
  }
}

const quota = (usedBytes: number, limitBytes = 100) => ({ kind: "quota", usedBytes, limitBytes });

Deno.test("SNAPT hears when its limit comes near, when it is reached, and when there is more", () => {
  const world = new World();
  world.carry(10);
  world.carry(70);
  world.carry(1);
  world.carry(19);
  assertEquals(world.told, [quota(10), quota(80), quota(100)] as typeof world.told);
  assertEquals(world.changes, ["spent"]);
  world.limit = 1_000;
  world.watch.look();
  assertEquals(world.told.at(-1), quota(100, 1_000) as RelayMessage);
  assertEquals(world.changes, ["spent", "renewed"]);
  assertEquals([world.log.of("warn").length, world.log.of("info").length], [2, 1]);
});

Deno.test("a new month renews what is spent", async () => {
  const world = new World();
  world.carry(100);
  assertEquals(world.changes, ["spent"]);
  await world.clock.advance(32 * 86_400_000);
  world.watch.look();
  assertEquals([world.changes, world.record.month.usedBytes], [["spent", "renewed"], 0]);
});

Deno.test("what is used is told each minute at most, and only where it has changed", async () => {
  const world = new World();
  world.carry(1);
  for (let second = 0; second < 59; second++) {
    await world.clock.advance(1_000);
    world.carry(second === 0 ? 1 : 0);
  }
  assertEquals(world.told.length, 1);
  await world.clock.advance(1_000);
  world.watch.look();
  assertEquals(world.told, [quota(1), quota(2)] as typeof world.told);
  await world.clock.advance(120_000);
  world.watch.look();
  assertEquals(world.told.length, 2);
});

Deno.test("of no limit nothing is said, unless there was one", () => {
  const world = new World();
  world.limit = null;
  world.carry(1_000);
  world.watch.tell();
  assertEquals(world.told, []);
  world.limit = 10_000;
  world.watch.look();
  world.limit = null;
  world.watch.look();
  assertEquals(world.told, [quota(1_000, 10_000), quota(1_000, 0)] as typeof world.told);
});

Deno.test("what was spent before holds from the beginning on, and is not logged again", () => {
  const world = new World();
  world.record.carried(100, "snapt");
  world.watch.begin();
  world.watch.look();
  assertEquals([world.changes, world.log.of("warn")], [["spent"], []]);
});
