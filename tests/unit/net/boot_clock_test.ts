import { bootMs } from "../../../lib/net/boot_clock.ts";
import { monotonicMs } from "../../../lib/net/clock.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { assert } from "../../assert.ts";

openLibc(); // for all tests: it stays open

Deno.test("the clock that runs on during sleep goes as fast as the other one while nobody sleeps", async () => {
  const before = { boot: bootMs(), monotonic: monotonicMs() };
  await new Promise((resolve) => setTimeout(resolve, 50));
  const passed = { boot: bootMs() - before.boot, monotonic: monotonicMs() - before.monotonic };
  assert(passed.boot > 0);
  assert(Math.abs(passed.boot - passed.monotonic) < 1_000, JSON.stringify(passed));
});

Deno.test({
  name: "on Linux it counts from the start of the machine, not of the program",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const [uptime] = (await Deno.readTextFile("/proc/uptime")).split(" ");
    assert(Math.abs(bootMs() - Number(uptime) * 1_000) < 5_000, `${bootMs()} and ${uptime} s`);
  },
});

Deno.test("on Windows it is the clock of the runtime, which nobody sets", () => {
  assert(Math.abs(bootMs("windows") - monotonicMs()) < 1_000);
});
