import { siteMeasures } from "../../../../lib/relay/site/site_measures.ts";
import { assertEquals } from "../../../assert.ts";
import { SiteWorld } from "./kit/site_world.ts";

Deno.test("a site is measured with a session and without one", async () => {
  const world = new SiteWorld(["a"]);
  const flows = { count: 3, drops: world.site.flows.drops };
  const measure = () => siteMeasures({ ...named(world), flows });
  const rest = { ...{ name: world.site.name, relay: null }, flows: 3, datagramsDropped: {} };
  assertEquals(measure(), {
    ...{ ...rest, state: world.site.state, provider: "" },
    ...{ roundTripMs: null, heardAgoMs: null, memoryBytes: 0 },
  });
  world.site.start();
  await world.advance(1_000);
  const { roundTripMs, heardAgoMs, memoryBytes, ...shown } = measure();
  assertEquals(shown, { ...rest, state: "connected", provider: "a" });
  const { site } = world;
  const snapshot = site.snapshot();
  assertEquals(
    [roundTripMs, heardAgoMs, memoryBytes],
    [snapshot.roundTripMs, snapshot.heardAgoMs, snapshot.memoryBytes],
  );
});

function named({ site }: SiteWorld) {
  const { name, state, provider, driver } = site;
  return { name, state, provider, driver };
}
