import { assertEquals } from "../assert.ts";
import { World } from "./world.ts";

Deno.test("a stream goes through one planned switch when nothing disturbs it", async () => {
  const world = new World({ seed: 1 });
  world.open();
  await world.runUntilConnected();
  await world.run(50);
  world.switchTo("wifi", "overlapped");
  await world.finish();
  assertEquals(world.cnapt.receipts.map((one) => [one.kind, one.outcome]), [
    ["overlapped", "switched"],
  ]);
});
