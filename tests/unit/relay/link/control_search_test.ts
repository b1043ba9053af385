import { ControlSearch } from "../../../../lib/relay/link/control_search.ts";
import type { SearchResult } from "../../../../lib/relay/link/search_run.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { LinkWorld, provider } from "./kit/link_world.ts";

const NEVER = new AbortController().signal;

function searchIn(world: LinkWorld): ControlSearch {
  const { dialer, providers, standby, session: tasks, log } = world;
  return new ControlSearch({ dialer, providers, standby, tasks, log });
}

/** One that has found SNAPT before, over the first network: nobody waits for a head start any more. */
async function laterSearchIn(world: LinkWorld): Promise<ControlSearch> {
  const search = searchIn(world);
  const [first] = world.providers.candidates();
  assertEquals(told(await search.run(first?.key ?? "", 1_000)), `found ${first?.key}`);
  world.dials.length = 0;
  return search;
}

/** What was found, in short; the link is closed. */
function told(result: SearchResult): string {
  if (result.kind === "found") result.link.close();
  return result.kind === "found" ? `found ${result.link.provider}` : result.kind;
}

Deno.test("over all networks the first that answers wins, and the others are let go", async () => {
  const world = new LinkWorld("a", "b", "c");
  const search = await laterSearchIn(world);
  await world.clock.advance(1_000);
  world.let("a", "silent");
  world.let("b", "unreachable");
  assertEquals(told(await search.run(null, null)), "found c");
  await settle();
  assertEquals([...world.dials].sort(), ["a", "b", "c"]);
  assertEquals([world.clock.pending, world.faults.length], [0, 0]);
});

Deno.test("a fresh link that is parked there is taken without waiting for a dial", async () => {
  const world = new LinkWorld("a", "b");
  const search = await laterSearchIn(world);
  await world.standby.probe(provider("b"), 1, 4_000, NEVER);
  const [parked] = world.standby.parkedOn("b");
  world.let("a", "silent");
  world.let("b", "silent");
  const result = await search.run(null, null);
  assert(result.kind === "found" && result.link === parked);
  assertEquals(told(result), "found b");
});

Deno.test("a search that finds nothing goes on, and says once why", async () => {
  const world = new LinkWorld("a", "b");
  world.let("a", "unreachable");
  world.let("b", "hangsUp");
  const search = searchIn(world);
  const result = search.run(null, null);
  await world.clock.advance(60_000);
  assertEquals(search.failures.map((one) => one.provider).sort(), ["a", "b"]);
  const lines = world.log.of("warn");
  assertEquals(lines.map((line) => line.split(" ")[1]), Array(2).fill("cannot-reach-snapt"));
  search.stop();
  assertEquals([told(await result), world.clock.pending], ["superseded", 0]);
});

Deno.test("without any network that is said once, and one that comes is tried at once", async () => {
  const world = new LinkWorld();
  const search = searchIn(world);
  const result = search.run(null, null);
  await world.clock.advance(10_000);
  assertEquals(search.failures.map(({ reason }) => reason), ["there is no network"]);
  assertEquals(world.log.of("warn").length, 1);
  world.have("a");
  search.hurry();
  assertEquals(told(await result), "found a");
});

Deno.test("a stranger in SNAPT's place is named in the log, who only hangs up is not", async () => {
  for (const [answer, strangers] of [["stranger", 1], ["hangsUp", 0]] as const) {
    const world = new LinkWorld("a");
    world.let("a", answer);
    const search = searchIn(world);
    const result = search.run(null, null);
    await world.clock.advance(20_000);
    const lines = world.log.of("warn").filter((line) => line.includes("not-our-snapt"));
    assertEquals([answer, lines.length], [answer, strangers]);
    search.stop();
    await result;
  }
});

Deno.test("a refusal is the result when nobody else answers", async () => {
  const world = new LinkWorld("a", "b");
  world.let("a", { refused: "revoked" });
  world.let("b", "unreachable");
  const result = await searchIn(world).run(null, null);
  assert(result.kind === "refused");
  assertEquals(result.code, "revoked");
});

Deno.test("one network is tried again and again for the given time, as it may be coming up", async () => {
  const world = new LinkWorld();
  const search = searchIn(world);
  const found = search.run("a", 10_000);
  await world.clock.advance(3_000);
  world.have("a");
  await world.clock.advance(250);
  assertEquals(told(await found), "found a");
  world.let("a", "unreachable");
  const failed = search.run("a", 10_000);
  await world.clock.advance(10_000);
  assertEquals(told(await failed), "failed");
  assertEquals(world.clock.pending, 0);
});

Deno.test("a table of networks that changes has the new ones tried at once", async () => {
  const world = new LinkWorld("a");
  const search = await laterSearchIn(world);
  world.let("a", "silent");
  const found = search.run(null, null);
  await settle();
  world.have("a", "b");
  search.hurry();
  assertEquals(told(await found), "found b");
});

Deno.test("a new search supersedes the one before and can itself be hurried", async () => {
  const world = new LinkWorld("a");
  world.let("a", "silent");
  const search = searchIn(world);
  const first = search.run(null, null);
  await settle();
  const second = search.run(null, null);
  assertEquals(told(await first), "superseded");
  world.have("b");
  search.hurry();
  assertEquals(told(await second), "found b");
  const third = search.run(null, null);
  search.stop();
  assertEquals(told(await third), "superseded");
});

Deno.test("a mistake of ours in a dial is no failure of the network", async () => {
  const world = new LinkWorld("a");
  world.let("a", "mistake");
  world.session.run("search", () => searchIn(world).run(null, null));
  await settle();
  assertEquals(world.faults.length, 1);
});

Deno.test("a search that waits, as control links end at once, begins when the networks change", async () => {
  const world = new LinkWorld("a");
  const search = searchIn(world);
  for (let count = 0; count < 3; count++) told(await search.run(null, null));
  const found = search.run(null, null);
  await world.clock.advance(249);
  assertEquals(world.dials.length, 3);
  search.hurry();
  assertEquals(told(await found), "found a");
  const superseded = search.run(null, null);
  search.stop();
  assertEquals([told(await superseded), world.clock.pending], ["superseded", 0]);
});

Deno.test("what is under way is never waited for: a network that was silent is found within a second", async () => {
  const world = new LinkWorld("a", "b");
  await world.standby.probe(provider("b"), 2, 4_000, NEVER);
  await world.clock.advance(2_000);
  world.silence("b");
  world.let("a", "silent");
  world.let("b", "silent");
  const search = searchIn(world);
  const found = search.run(null, null);
  await world.clock.advance(20_000);
  assertEquals(world.standby.countOn("b"), 0); // no answer in time
  world.let("b", "answers");
  await world.clock.advance(2_500);
  assertEquals(told(await found), "found b");
  assertEquals(world.clock.pending, 0);
});

Deno.test("few dials are under way on a network at a time, the oldest among them", async () => {
  const world = new LinkWorld("a");
  world.let("a", "silent");
  const search = searchIn(world);
  const found = search.run(null, null);
  await world.clock.advance(7_900);
  assertEquals([world.dialsOver("a"), world.openDials], [8, 4]);
  search.stop();
  assertEquals([told(await found), world.openDials], ["superseded", 0]);
});

Deno.test("a network that something happened to is dialled at once and twice soon after, the others not", async () => {
  const world = new LinkWorld("a", "b");
  const search = await laterSearchIn(world);
  world.let("a", "silent");
  world.let("b", "silent");
  const found = search.run(null, null);
  await world.clock.advance(100);
  search.hurry("b");
  await world.clock.advance(299);
  assertEquals([world.dialsOver("a"), world.dialsOver("b")], [1, 3]);
  await world.clock.advance(1);
  assertEquals([world.dialsOver("a"), world.dialsOver("b")], [1, 4]);
  search.stop();
  await found;
});

Deno.test("where connections are refused the search keeps away, and other networks are not waited with", async () => {
  const world = new LinkWorld("a", "b");
  world.let("a", "hangsUp");
  world.let("b", "silent");
  const search = searchIn(world);
  const found = search.run(null, null);
  await world.clock.advance(30_000);
  assert(world.dialsOver("a") <= 6 && world.dialsOver("b") >= 15);
  search.stop();
  await found;
});

Deno.test("where connections are few, links that are parked are asked before one is dialled", async () => {
  const world = new LinkWorld("a");
  await world.standby.probe(provider("a"), 1, 4_000, NEVER);
  await world.clock.advance(2_000);
  for (let count = 0; count < 2; count++) {
    world.dialer.refusals.refused("a", world.clock.now(), "beside");
    await world.clock.advance(1_000);
  }
  world.dialer.refusals.on("a").reset();
  const search = searchIn(world);
  const found = search.run(null, null);
  search.hurry();
  assertEquals(told(await found), "found a");
  assertEquals(world.dialsOver("a"), 1);
});

Deno.test("at the start the best network is alone for a second, unless it fails", async () => {
  for (const [answer, ms] of [["silent", 1_000], ["unreachable", 0]] as const) {
    const world = new LinkWorld("a", "b");
    world.let("a", answer);
    const found = searchIn(world).run(null, null);
    await settle();
    if (ms > 0) {
      await world.clock.advance(ms - 1);
      assertEquals(world.dialsOver("b"), 0);
      await world.clock.advance(1);
    }
    assertEquals(told(await found), "found b");
  }
});
