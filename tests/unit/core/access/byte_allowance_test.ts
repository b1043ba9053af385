import { ByteAllowance, MAX_REMEMBERED } from "../../../../lib/core/access/byte_allowance.ts";
import { assertEquals } from "../../../assert.ts";

const TERMS = { atOnceBytes: 1_000, bytesPerSecond: 100 };

Deno.test("an asker may take so much at once, and then as much as comes back", () => {
  const allowance = new ByteAllowance(TERMS);
  assertEquals([1_000, 1_001].map((bytes) => allowance.hasRoom("a", bytes, 0)), [true, false]);
  allowance.take("a", 1_000, 0);
  assertEquals([1, 0].map((bytes) => allowance.hasRoom("a", bytes, 0)), [false, true]);
  assertEquals([100, 101].map((bytes) => allowance.hasRoom("a", bytes, 1_000)), [true, false]);
  assertEquals(allowance.hasRoom("a", 1_000, 60_000), true);
  assertEquals(allowance.hasRoom("a", 1_001, 60_000), false, "what is not taken is not saved");
  assertEquals(allowance.hasRoom("b", 1_000, 0), true, "another one has its own");
});

Deno.test("of very many askers the one that asked longest ago is forgotten", () => {
  const allowance = new ByteAllowance(TERMS);
  for (let i = 0; i <= MAX_REMEMBERED; i++) allowance.take(`asker ${i}`, 1_000, 0);
  assertEquals(allowance.remembered, MAX_REMEMBERED);
  assertEquals(allowance.hasRoom("asker 0", 1_000, 0), true);
  assertEquals(allowance.hasRoom("asker 1", 1, 0), false);
});
