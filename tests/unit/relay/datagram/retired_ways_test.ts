import { RetiredWays } from "../../../../lib/relay/datagram/retired_ways.ts";
import { assertEquals } from "../../../assert.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

function way(name: string, said: string[]) {
  return {
    forget: (flow: number) => said.push(`${name} forgets ${flow}`),
    close: () => said.push(`${name} closes`),
  };
}

Deno.test("a way that was left is listened to for two seconds, and forgets flows until then", async () => {
  const clock = new VirtualClock();
  const said: string[] = [];
  const retired = new RetiredWays(testTasks(clock));
  retired.add(way("old", said));
  await clock.advance(1_999);
  retired.forget(7);
  await clock.advance(1);
  retired.forget(8);
  assertEquals(said, ["old forgets 7", "old closes"]);
});

Deno.test("all ways that were left are closed with the session", async () => {
  const clock = new VirtualClock();
  const said: string[] = [];
  const tasks = testTasks(clock);
  const retired = new RetiredWays(tasks);
  for (const name of ["a", "b"]) retired.add(way(name, said));
  retired.close();
  tasks.close();
  await clock.advance(5_000);
  assertEquals(said, ["a closes", "b closes"]);
});
