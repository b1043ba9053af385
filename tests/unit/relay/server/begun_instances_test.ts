import { assertEquals } from "../../../assert.ts";
import { BegunInstances } from "../../../../lib/relay/server/begun_instances.ts";

Deno.test("instances are known for each CNAPT, and the oldest of many are forgotten", () => {
  const begun = new BegunInstances();
  begun.add("01", "a");
  assertEquals([begun.has("01", "a"), begun.has("02", "a"), begun.has("01", "b")], [
    true,
    false,
    false,
  ]);
  for (let i = 0; i < 7; i++) begun.add("01", `${i}`);
  begun.add("01", "a");
  begun.add("01", "7");
  assertEquals([begun.has("01", "a"), begun.has("01", "0"), begun.has("01", "7")], [
    true,
    false,
    true,
  ]);
});
