import { StirredDevices } from "../../../../lib/app/cnapt/stirred_devices.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

function start() {
  const clock = new VirtualClock();
  const told: (readonly string[])[] = [];
  const tasks = TaskGroup.root(clock, new TestLog());
  return { clock, told, stirred: new StirredDevices(tasks, (devices) => told.push(devices)) };
}

Deno.test("the first event is told at once, and a burst once more at its end", async () => {
  const { clock, told, stirred } = start();
  stirred.add(["wlan0"]);
  assertEquals(told, [["wlan0"]]);
  for (const device of ["wlan0", "eth0", "wlan0"]) stirred.add([device]);
  await clock.advance(50);
  assertEquals(told, [["wlan0"], ["wlan0", "eth0"]]);
  await clock.advance(1_000);
  assertEquals([told.length, clock.pending], [2, 0]);
  stirred.add(["eth0"]);
  assertEquals(told.at(-1), ["eth0"]);
});

Deno.test("an event that names no device is one of all of them", async () => {
  const { clock, told, stirred } = start();
  stirred.add(["wlan0"]);
  stirred.add([]);
  stirred.add(["eth0"]);
  await clock.advance(50);
  assertEquals(told, [["wlan0"], []]);
});
