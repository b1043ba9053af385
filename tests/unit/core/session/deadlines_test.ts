import { Deadlines } from "../../../../lib/core/session/deadlines.ts";
import { assertEquals } from "../../../assert.ts";

type Name = "early" | "late";

Deno.test("deadlines name the earliest when there are several", () => {
  const deadlines = new Deadlines<Name>();
  assertEquals(deadlines.next, Infinity);
  deadlines.set("late", 20);
  deadlines.set("early", 10);
  assertEquals(deadlines.next, 10);
  deadlines.clear("early");
  assertEquals(deadlines.next, 20);
});

Deno.test("deadlines are taken once and in their order when both have passed", () => {
  const deadlines = new Deadlines<Name>();
  deadlines.set("late", 20);
  deadlines.set("early", 10);
  assertEquals(deadlines.takeDue(9), null);
  assertEquals([1, 2, 3].map(() => deadlines.takeDue(25)), ["early", "late", null]);
});

Deno.test("a deadline that has passed is not taken when another called it off", () => {
  const deadlines = new Deadlines<Name>();
  deadlines.set("late", 20);
  deadlines.set("early", 10);
  assertEquals(deadlines.takeDue(25), "early");
  deadlines.clear("late");
  assertEquals(deadlines.takeDue(25), null);
});

Deno.test("a deadline is not moved by setIfUnset when it is set", () => {
  const deadlines = new Deadlines<Name>();
  deadlines.setIfUnset("early", 10);
  deadlines.setIfUnset("early", 5);
  assertEquals(deadlines.next, 10);
});

Deno.test("a deadline is pulled in but never put off by pullIn", () => {
  const deadlines = new Deadlines<Name>();
  deadlines.pullIn("early", 10);
  deadlines.pullIn("early", 15);
  assertEquals(deadlines.next, 10);
  deadlines.pullIn("early", 5);
  assertEquals(deadlines.next, 5);
  deadlines.clearAll();
  assertEquals(deadlines.next, Infinity);
});

Deno.test("only a deadline that is set, and later, is hastened", () => {
  const deadlines = new Deadlines<Name>();
  deadlines.hasten("late", 5);
  assertEquals(deadlines.next, Infinity);
  deadlines.set("late", 20);
  deadlines.hasten("late", 5);
  deadlines.hasten("late", 30);
  assertEquals(deadlines.next, 5);
});
