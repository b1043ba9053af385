import { ViolationPauses } from "../../../../lib/relay/server/violation_pauses.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("the pause of a CNAPT grows with each violation, up to a minute", () => {
  const pauses = new ViolationPauses();
  let now = 0;
  const waited = Array.from({ length: 9 }, () => {
    pauses.violated("01", now);
    const pause = pauses.remainingMs("01", now);
    now += pause;
    return pause / 1_000;
  });
  assertEquals(waited, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
  assertEquals([pauses.remainingMs("01", now - 1), pauses.remainingMs("01", now)], [1, 0]);
});

Deno.test("a CNAPT waits for its own violations only", () => {
  const pauses = new ViolationPauses();
  pauses.violated("01", 0);
  assertEquals([pauses.remainingMs("01", 400), pauses.remainingMs("02", 400)], [600, 0]);
});

Deno.test("a CNAPT begins with the shortest pause again when it was quiet for five minutes", () => {
  const pauses = new ViolationPauses();
  for (let i = 0; i < 5; i++) pauses.violated("01", 0);
  pauses.violated("01", 299_999);
  assertEquals(pauses.remainingMs("01", 299_999), 32_000);
  pauses.violated("01", 600_000);
  assertEquals(pauses.remainingMs("01", 600_000), 1_000);
});

Deno.test("so many CNAPTs are remembered that none makes the memory grow", () => {
  const pauses = new ViolationPauses();
  for (let i = 0; i <= 1_024; i++) pauses.violated(`id-${i}`, 0);
  assertEquals(["id-0", "id-1", "id-1024"].map((id) => pauses.remainingMs(id, 0)), [
    0,
    1_000,
    1_000,
  ]);
});
