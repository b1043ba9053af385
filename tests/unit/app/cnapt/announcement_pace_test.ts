import { AnnouncementPace } from "../../../../lib/app/cnapt/announcement_pace.ts";
import type { AnnouncedService } from "../../../../lib/core/wire/record_message.ts";
import { assertEquals } from "../../../assert.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

function paced() {
  const clock = new VirtualClock();
  const tasks = testTasks(clock);
  const taken: string[] = [];
  /** Resolves each that is taken. */
  const ends: (() => void)[] = [];
  const pace = new AnnouncementPace(tasks, async ([service]) => {
    taken.push(service?.name ?? "nothing");
    await new Promise<void>((resolve) => ends.push(resolve));
  });
  const end = async () => {
    ends.shift()?.();
    await settle();
  };
  return { clock, tasks, taken, end, hear: (name: string) => pace.heard([announced(name)]) };
}

function announced(name: string): AnnouncedService {
  return { name, port: 1, protocol: "tcp", compression: "none" };
}

Deno.test("the first announcement is taken at once, and of those within a second only the newest", async () => {
  const { clock, taken, end, hear } = paced();
  hear("first");
  assertEquals(taken, ["first"]);
  await end();
  for (let n = 0; n < 1_000; n++) hear(`n${n}`);
  await clock.advance(999);
  assertEquals(taken, ["first"]);
  await clock.advance(1);
  assertEquals(taken, ["first", "n999"]);
  await end();
  await clock.advance(1_000);
  hear("next session");
  assertEquals(taken, ["first", "n999", "next session"]);
  await end();
});

Deno.test("an announcement that takes long is over before the next is taken", async () => {
  const { clock, taken, end, hear } = paced();
  hear("long");
  hear("next");
  await clock.advance(60_000);
  assertEquals(taken, ["long"]);
  await end();
  await clock.advance(1_000);
  assertEquals(taken, ["long", "next"]);
  await end();
});

Deno.test("nothing is taken any more when its group is closed", async () => {
  const { clock, tasks, taken, end, hear } = paced();
  hear("first");
  await end();
  hear("second");
  tasks.close();
  await clock.advance(10_000);
  assertEquals(taken, ["first"]);
  assertEquals(clock.pending, 0);
});
