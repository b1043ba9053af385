import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { openingOf } from "../../../opening.ts";
import { SiteWorld } from "./kit/site_world.ts";

Deno.test("a path is shown with what arrived at its end, and stays as it was", async () => {
  const world = await SiteWorld.connected("a");
  assertEquals([world.site.path()?.state, world.site.path()?.movedBytes.size], ["connected", 0]);
  const [application, relayed] = MemoryConn.pair();
  world.site.open(openingOf("ssh"), relayed);
  await world.advance(1_000);
  const before = world.site.path();
  await application.write(new Uint8Array(1_000));
  await world.advance(1_000);
  assertEquals([...before?.movedBytes.values() ?? []], [0]);
  assertEquals([...world.site.path()?.movedBytes.values() ?? []], [1_000]);
});

Deno.test("there is no path between two sessions", () => {
  assertEquals(new SiteWorld(["a"]).site.path(), null);
});
