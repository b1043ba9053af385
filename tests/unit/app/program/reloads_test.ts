import { ConfigInvalid } from "../../../../lib/config/config_invalid.ts";
import { changeOf } from "../../../../lib/config/config_change.ts";
import { Reloads } from "../../../../lib/app/program/reloads.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";

interface Config {
  readonly level: number;
}

/** A file whose text a test changes, and what was done with it. */
class World {
  level = 1;
  loads = 0;
  applied: number[] = [];
  failure: Error | null = null;
  failed: readonly string[] = [];
  gate: Promise<void> = Promise.resolve();
  readonly reloads = new Reloads<Config>({
    config: { level: 1 },
    load: () => {
      this.loads += 1;
      return this.failure === null
        ? Promise.resolve({ level: this.level })
        : Promise.reject(this.failure);
    },
    change: (running, wanted) => changeOf(running, wanted, () => true),
    apply: async ({ level }) => {
      await this.gate;
      this.applied.push(level);
      return { failed: this.failed, kept: this.failed.length > 0 ? ["level"] : [] };
    },
    log: new TestLog(),
  });
}

Deno.test("who asks while a reload is under way shares the next, which sees the newest file", async () => {
  const world = new World();
  const { promise, resolve } = Promise.withResolvers<void>();
  world.gate = promise;
  world.level = 2;
  const first = world.reloads.reload();
  while (world.loads === 0) await Promise.resolve();
  world.level = 3;
  const others = Array.from({ length: 10 }, () => world.reloads.reload());
  assertEquals(world.loads, 1);
  resolve();
  assertEquals((await first).outcome, "reloaded");
  await Promise.all(others);
  assertEquals([world.loads, world.applied, world.reloads.config.level], [2, [2, 3], 3]);
});

Deno.test("a wrong file changes nothing, and the next one that is right counts", async () => {
  const world = new World();
  world.failure = new ConfigInvalid("a.yaml", [{ path: "x", line: 2, message: "is wrong" }]);
  assertEquals(await world.reloads.reload(), {
    outcome: "invalid",
    problems: ["a.yaml:2: x: is wrong"],
  });
  assertEquals([world.applied, world.reloads.config.level], [[], 1]);
  [world.failure, world.level] = [null, 5];
  assertEquals(await world.reloads.reload(), {
    outcome: "reloaded",
    applied: ["level: changed"],
    needsRestart: [],
    failed: [],
  });
});

Deno.test("what kept its old value because it could not be had is not said to have changed", async () => {
  const world = new World();
  [world.level, world.failed] = [2, ["Cannot have level 2: it is taken"]];
  assertEquals(await world.reloads.reload(), {
    outcome: "reloaded",
    applied: [],
    needsRestart: [],
    failed: world.failed,
  });
});

Deno.test("a mistake of ours in one reload is passed on and keeps no other from being done", async () => {
  const world = new World();
  world.failure = new RangeError("a mistake");
  await assertRejects(() => world.reloads.reload(), RangeError);
  [world.failure, world.level] = [null, 4];
  await world.reloads.reload();
  assertEquals(world.applied, [4]);
});
