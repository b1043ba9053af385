import { LoggedOnce } from "../../../../lib/relay/run/logged_once.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("what was told is not told again until it is forgotten", () => {
  const told = new LoggedOnce();
  assertEquals([told.isNew("a"), told.isNew("a"), told.isNew("b")], [true, false, true]);
  told.forgetAll();
  assertEquals(told.isNew("a"), true);
});

Deno.test("so many things are told that the log stays readable, and no more", () => {
  const told = new LoggedOnce();
  const isNew = Array.from({ length: 300 }, (_, i) => told.isNew(`thing ${i}`));
  assertEquals(isNew.filter((one) => one).length, 256);
});
