import { KeptUsage } from "../../../../lib/app/relay/kept_usage.ts";
import { type KeptUse, RelayUsage, RelayUsageFailed } from "../../../../lib/config/relay_usage.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";
import { TestLog } from "../../../test_log.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

const ID = "01".repeat(16);
const OTHER = "02".repeat(16);

class World {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly tasks = TaskGroup.root(this.clock, this.log);
  readonly month = this.tasks.date().toISOString().slice(0, 7);
  readonly writes: (readonly KeptUse[])[] = [];
  failure: string | null = null;
  used = 0;

  store(kept: readonly KeptUse[] = []): RelayUsage {
    const keep = (all: readonly KeptUse[]) => {
      if (this.failure !== null) return Promise.reject(new RelayUsageFailed(this.failure));
      this.writes.push(all);
      return Promise.resolve();
    };
    return Object.assign(new RelayUsage("none"), { list: () => Promise.resolve(kept), keep });
  }

  use(idHex: string, toSnaptBytes: number, month = this.month): KeptUse {
    return { idHex, month, toSnaptBytes, fromSnaptBytes: 0 };
  }

  watch(kept: KeptUsage): void {
    kept.watch(this.tasks, () => [this.use(ID, this.used)]);
  }
}

Deno.test("what was carried is written each minute, and a lot of it at once", async () => {
  const world = new World();
  const kept = await KeptUsage.open(world.store(), world.log);
  world.watch(kept);
  world.used = 5;
  await world.clock.advance(1_000);
  world.used = 7;
  await world.clock.advance(58_000);
  assertEquals(world.writes, [[world.use(ID, 5)]]);
  await world.clock.advance(2_000);
  assertEquals(world.writes.at(-1), [world.use(ID, 7)]);
  await world.clock.advance(300_000);
  assertEquals(world.writes.length, 2); // nothing was carried
  world.used = 1_000_000_007;
  await world.clock.advance(1_000);
  world.used = 2_000_000_007;
  await world.clock.advance(1_000);
  assertEquals(world.writes.length, 4);
  world.tasks.close();
});

Deno.test("at the end it is written, with those that have not come since, and no old months", async () => {
  const world = new World();
  const old = world.use("03".repeat(16), 9, "1969-12");
  const kept = await KeptUsage.open(world.store([world.use(OTHER, 3), old]), world.log);
  assertEquals([kept.of(OTHER)?.toSnaptBytes, kept.of(ID)], [3, null]);
  await kept.close([world.use(ID, 5)], world.tasks.date());
  assertEquals(world.writes, [[world.use(OTHER, 3), world.use(ID, 5)]]);
});

Deno.test("a disk that is full is said once, and tried again", async () => {
  const world = new World();
  const kept = await KeptUsage.open(world.store(), world.log);
  world.watch(kept);
  world.failure = "Cannot write: the disk is full";
  for (let minute = 0; minute < 3; minute++) {
    world.used += 5;
    await world.clock.advance(60_000);
  }
  assertEquals(world.log.of("warn").length, 1);
  world.failure = null;
  world.used += 5;
  await world.clock.advance(60_000);
  assertEquals(world.writes.at(-1), [world.use(ID, 20)]);
  world.tasks.close();
});

Deno.test("the file is as it was written, and one that is damaged is no empty one", () =>
  inFolder(async (folder) => {
    const world = new World();
    const path = `${folder}/relay.usage.json`;
    const all = [world.use(ID, 5), { ...world.use(OTHER, 6), fromSnaptBytes: 7 }];
    await new RelayUsage(path).keep(all);
    assertEquals(await new RelayUsage(path).list(), all);
    for (const text of ["no JSON", '{"usage":[{}]}', '{"usage":[{"idHex":"01"}]}']) {
      await Deno.writeTextFile(path, text);
      await assertRejects(() => new RelayUsage(path).list(), RelayUsageFailed);
    }
    assert((await new RelayUsage(`${folder}/none.json`).list()).length === 0);
  }));
