import { SYSTEM_CLOCK } from "../../../../lib/relay/run/system_clock.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("the clock of the machine never goes back", () => {
  const before = SYSTEM_CLOCK.now();
  assert(SYSTEM_CLOCK.now() >= before);
  assert(SYSTEM_CLOCK.date() instanceof Date);
});

Deno.test("a timer rings once after its delay, and not at all when it was cancelled", async () => {
  const rung: string[] = [];
  const cancelled = SYSTEM_CLOCK.timer(0, () => rung.push("cancelled"));
  cancelled.cancel();
  await new Promise<void>((resolve) =>
    SYSTEM_CLOCK.timer(1, () => {
      rung.push("rung");
      resolve();
    })
  );
  cancelled.cancel();
  assertEquals(rung, ["rung"]);
});

Deno.test("a delay that no timer of the runtime can wait does not ring at once", async () => {
  const rung: string[] = [];
  const far = SYSTEM_CLOCK.timer(2 ** 40, () => rung.push("far"));
  await new Promise<void>((resolve) => SYSTEM_CLOCK.timer(5, resolve));
  far.cancel();
  assertEquals(rung, []);
});
