import { LinkStock } from "../../../../lib/relay/link/link_stock.ts";
import { SwitchPreparation } from "../../../../lib/relay/link/switch_preparation.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { LinkWorld, provider } from "./kit/link_world.ts";

function preparationIn(world: LinkWorld): SwitchPreparation {
  const { dialer, providers, parked, session: tasks, log } = world;
  const stock = new LinkStock({ dialer, providers, parked, tasks, log });
  return new SwitchPreparation({ dialer, stock, providers, parked, tasks, log });
}

Deno.test("a control link and links beside it are ready on the new network", async () => {
  const world = new LinkWorld("a", "b");
  const prepared = await preparationIn(world).run("b", 3);
  assert(prepared.kind === "ready");
  const { control: link } = prepared;
  assertEquals([link.provider, world.parked.countOn("b", "session")], ["b", 3]);
  link.close();
  world.parked.abandonAll("session");
});

Deno.test("a network over which SNAPT does not answer in time is not ready", async () => {
  const world = new LinkWorld("a", "b");
  world.let("b", "silent");
  const ready = preparationIn(world).run("b", 3);
  await world.clock.advance(5_000);
  assertEquals(await ready, { kind: "failed", reason: "SNAPT does not answer over b within 5 s" });
  assertEquals([world.clock.pending, world.log.of("warn").length], [0, 1]);
});

Deno.test("a network with long round trips is waited for longer", async () => {
  const world = new LinkWorld("a", "b");
  const slow = await world.dialer.open(provider("b"), world.session.signal);
  slow.dialled(700);
  world.parked.add(slow, "standby");
  world.let("b", "silent");
  const ready = preparationIn(world).run("b", 1);
  await world.clock.advance(6_999);
  assertEquals(world.log.of("warn"), []);
  await world.clock.advance(1);
  assertEquals(await ready, { kind: "failed", reason: "SNAPT does not answer over b within 7 s" });
  world.parked.abandonAll("standby");
});

Deno.test("a network that is not there is not ready", async () => {
  const world = new LinkWorld("a");
  const reason = "Cannot switch: there is no provider gone";
  assertEquals(await preparationIn(world).run("gone", 1), { kind: "failed", reason });
  assertEquals(world.log.of("error"), []);
});

Deno.test("what is abandoned is given up", async () => {
  const world = new LinkWorld("a", "b");
  world.let("b", "silent");
  const preparation = preparationIn(world);
  const ready = preparation.run("b", 1);
  await settle();
  preparation.abandon();
  assertEquals(await ready, { kind: "abandoned" });
});
