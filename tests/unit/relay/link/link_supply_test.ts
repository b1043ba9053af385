import type { Link } from "../../../../lib/relay/link/link.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { LinkWorld, provider } from "./kit/link_world.ts";

const NEVER = new AbortController().signal;

Deno.test("a search for a control link ends what was parked for the session, and fills it anew", async () => {
  const world = new LinkWorld("a", "b");
  const supply = world.supply();
  supply.use("a");
  await settle();
  assertEquals(supply.parkedCount, 4);
  world.let("a", "unreachable");
  const found = await supply.search(null, null);
  assert(found.kind === "found");
  assertEquals([found.link.provider, supply.parkedCount], ["b", 0]);
  supply.use("b");
  await settle();
  assertEquals([supply.parkedOn("a").length, supply.parkedOn("b").length], [0, 4]);
  supply.close();
  found.link.close();
});

Deno.test("links of a sudden switch come from the standby, and the rest is dialled", async () => {
  const world = new LinkWorld("a", "b");
  const supply = world.supply();
  const first = await supply.search("a", 1_000);
  assert(first.kind === "found");
  first.link.close();
  await world.standby.probe(provider("b"), 3, 4_000, NEVER);
  supply.use("a");
  await settle();
  world.silence("a");
  const found = await supply.search(null, null);
  assert(found.kind === "found" && found.link.provider === "b");
  supply.use("b");
  const taken: Link[] = [];
  for (let count = 0; count < 3; count++) supply.request("b", (link) => taken.push(link));
  assertEquals(taken.length, 2); // those that were parked there; the third is being dialled
  await settle();
  assertEquals(taken.length, 3);
  supply.close();
  for (const link of [...taken, found.link]) link.close();
});

Deno.test("abandoning a preparation leaves the standby as it was", async () => {
  const world = new LinkWorld("a", "b");
  await world.standby.probe(provider("b"), 2, 4_000, NEVER);
  const supply = world.supply();
  supply.use("a");
  const ready = await supply.prepare("b", 2);
  assert(ready.kind === "ready");
  assertEquals(supply.parkedOn("b").length, 2);
  supply.abandon("b");
  assertEquals([supply.parkedOn("b").length, world.standby.countOn("b")], [0, 2]);
  supply.close();
  ready.control.close();
});

Deno.test("the end of a session leaves the standby, and no timer and no link of its own", async () => {
  const world = new LinkWorld("a", "b");
  await world.standby.probe(provider("b"), 2, 4_000, NEVER);
  const supply = world.supply();
  supply.use("a");
  await settle();
  supply.close();
  await settle();
  assertEquals([world.clock.pending, world.openAt("a").length, world.standby.count], [0, 0, 2]);
});
