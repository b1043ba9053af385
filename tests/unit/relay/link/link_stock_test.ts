import type { Link } from "../../../../lib/relay/link/link.ts";
import { LinkStock } from "../../../../lib/relay/link/link_stock.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { LinkWorld } from "./kit/link_world.ts";

const MINUTE = 60_000;

function stockIn(world: LinkWorld): LinkStock {
  const { dialer, providers, parked, session: tasks, log } = world;
  return new LinkStock({ dialer, providers, parked, tasks, log });
}

Deno.test("four links are parked on the network in use, and replaced as they are taken", async () => {
  const world = new LinkWorld("a", "b");
  const stock = stockIn(world);
  stock.use("a");
  await settle();
  assertEquals([world.parked.countOn("a", "session"), world.dialsOver("b")], [4, 0]);
  const taken: Link[] = [];
  stock.request("a", (link) => taken.push(link));
  assertEquals(taken.length, 1); // in the same turn
  await settle();
  assertEquals(world.parked.countOn("a", "session"), 4);
  stock.close();
  assertEquals(world.parked.count("session"), 0);
  assertEquals(taken[0]?.isOpen, true);
  taken[0]?.close();
});

Deno.test("a request waits for its dial, also for a network that is not in use", async () => {
  const world = new LinkWorld("a", "b");
  const stock = stockIn(world);
  const taken: Link[] = [];
  stock.request("b", (link) => taken.push(link));
  assertEquals(taken, []);
  await settle();
  assertEquals([taken[0]?.provider, world.dialsOver("b")], ["b", 1]);
  taken[0]?.close();
});

Deno.test("a failed dial is repeated after half a second, as long as the link is wanted", async () => {
  const world = new LinkWorld("a");
  world.let("a", "unreachable");
  const stock = stockIn(world);
  const taken: Link[] = [];
  stock.request("a", (link) => taken.push(link));
  await world.clock.advance(1_600);
  assertEquals(world.dialsOver("a"), 4);
  world.let("a", "answers");
  await world.clock.advance(500);
  assertEquals(taken.length, 1);
  await world.clock.advance(MINUTE);
  assertEquals(world.dialsOver("a"), 5);
  taken[0]?.close();
});

Deno.test("who asks again and again does not make failed dials more frequent", async () => {
  const world = new LinkWorld("a");
  world.let("a", "unreachable");
  const stock = stockIn(world);
  let served = 0;
  for (let i = 0; i < 50; i++) {
    stock.request("a", (link) => {
      served += 1;
      link.close();
    });
    await world.clock.advance(100);
  }
  assert(world.dialsOver("a") <= 4 * 11, `${world.dialsOver("a")} dials`);
  world.let("a", "answers");
  await world.clock.advance(1_000);
  assertEquals(served, 50);
});

Deno.test("a stock whose links SNAPT turns away does not replace them at once, however old they were", async () => {
  const world = new LinkWorld("a");
  const stock = stockIn(world);
  stock.use("a");
  await world.clock.advance(MINUTE);
  for (let i = 0; i < 20; i++) {
    for (const { link } of world.openAt("a")) {
      link.send({ kind: "refused", code: "full", sentence: "too many" });
    }
    await world.clock.advance(1_000);
  }
  const rounds = world.dialsOver("a") / 4;
  assert(rounds < 9, `${rounds} rounds`);
  stock.close();
});

Deno.test("parked links that SNAPT closes at once are redialled after a growing pause", async () => {
  const world = new LinkWorld("a");
  world.let("a", "closesParked");
  const stock = stockIn(world);
  stock.use("a");
  await world.clock.advance(10 * MINUTE);
  const rounds = world.dialsOver("a") / 4;
  assert(rounds > 8 && rounds < 30, `${rounds} rounds`);
  // As soon as links last, there is no pause any more.
  world.let("a", "answers");
  await world.clock.advance(30_000);
  assertEquals(world.parked.countOn("a", "session"), 4);
  await world.clock.advance(60_000);
  for (const { conn } of world.openAt("a")) conn.close();
  await settle();
  assertEquals(world.parked.countOn("a", "session"), 4);
  stock.close();
});

Deno.test("who waits for a link gets it whatever the pause of the stock", async () => {
  const world = new LinkWorld("a");
  world.let("a", "closesParked");
  const stock = stockIn(world);
  stock.use("a");
  await world.clock.advance(MINUTE);
  world.let("a", "answers");
  const taken: Link[] = [];
  stock.request("a", (link) => taken.push(link));
  await settle();
  assertEquals(taken.length, 1);
  stock.close();
  taken[0]?.close();
});

Deno.test("parked links are asked before somebody on the way forgets them, and stay", async () => {
  const world = new LinkWorld("a");
  const stock = stockIn(world);
  stock.use("a");
  await settle();
  const before = world.parked.on("a", "session");
  await world.clock.advance(10 * MINUTE);
  const after = world.parked.on("a", "session");
  assertEquals([after.length, world.dialsOver("a")], [4, 4]);
  assertEquals(before.filter((link) => !after.includes(link)), []);
  assert(after.every(({ provenAt }) => provenAt > 8 * MINUTE));
  stock.close();
});

Deno.test("a link that was idle for long is asked before it is used", async () => {
  const world = new LinkWorld("a");
  const stock = stockIn(world);
  stock.use("a");
  await world.clock.advance(19_000);
  const taken: Link[] = [];
  stock.request("a", (link) => taken.push(link));
  assertEquals(taken.length, 1); // at once
  await world.clock.advance(60_000);
  stock.request("a", (link) => taken.push(link));
  assertEquals(taken.length, 1);
  await settle();
  assertEquals(taken.length, 2);
  stock.close();
  for (const link of taken) link.close();
});

Deno.test("where all that was idle is forgotten, a new link serves at once", async () => {
  const world = new LinkWorld("a");
  const stock = stockIn(world);
  stock.use("a");
  await world.clock.advance(60_000);
  const forgotten = world.parked.on("a", "session");
  world.silence("a");
  const taken: Link[] = [];
  stock.request("a", (link) => taken.push(link));
  await settle();
  assertEquals([taken.length, taken.some((link) => forgotten.includes(link))], [1, false]);
  await world.clock.advance(5_000);
  assertEquals(
    world.parked.on("a", "session").filter((link) => !forgotten.includes(link)).length > 0,
    true,
  );
  stock.close();
  for (const link of taken) link.close();
});

Deno.test("a session that moves takes over what the standby has there", async () => {
  const world = new LinkWorld("a", "b");
  const [b] = [world.providers.find("b")];
  assert(b !== null);
  const stock = stockIn(world);
  stock.use("a");
  await world.standby.probe(b, 2, 1_000, world.site.signal);
  const standby = world.parked.on("b", "standby");
  stock.use("b");
  await settle();
  assertEquals(world.dialsOver("b"), 4); // two of them by the standby
  assertEquals(standby.filter((link) => world.parked.on("b", "session").includes(link)), standby);
  assertEquals(world.parked.countOn("a", "session"), 0);
  stock.close();
});

Deno.test("nothing is dialled after a pause or the end, and what arrives late is closed", async () => {
  const world = new LinkWorld("a");
  const stock = stockIn(world);
  stock.use("a");
  stock.pause();
  await settle();
  assertEquals(world.parked.count("session"), 0);
  stock.use("a");
  stock.close();
  await world.clock.advance(MINUTE);
  assertEquals([world.parked.count("session"), world.openAt("a").length], [0, 0]);
});

Deno.test("a stock that is paused and used again in one turn is full before long", async () => {
  const world = new LinkWorld("a");
  const stock = stockIn(world);
  stock.use("a");
  stock.pause();
  stock.use("a");
  await settle();
  assertEquals(world.parked.countOn("a", "session"), 4);
  stock.close();
});

Deno.test("links are prepared on another network, and given up with it", async () => {
  const world = new LinkWorld("a", "b");
  const stock = stockIn(world);
  await stock.prepare("b", 3, world.session.signal);
  assertEquals(world.parked.countOn("b", "session"), 3);
  stock.abandon("b");
  assertEquals(world.parked.count("session"), 0);
  await stock.prepare("gone", 3, world.session.signal);
  assertEquals(world.dialsOver("gone"), 0);
});

Deno.test("a mistake of ours in a dial ends the session with one error line", async () => {
  const world = new LinkWorld("a");
  world.let("a", "mistake");
  const stock = stockIn(world);
  stock.use("a");
  await world.clock.advance(MINUTE);
  assertEquals(world.faults.length, 1);
  assertEquals(world.log.of("error").length, 1);
  assertEquals(world.dialsOver("a"), 4); // and it is not tried again
});

Deno.test("a link whose stream is complete serves who waits, or is parked again while it is wanted", async () => {
  const world = new LinkWorld("a", "b");
  const stock = stockIn(world);
  stock.use("a");
  await settle();
  const taken: Link[] = [];
  for (let i = 0; i < 4; i++) stock.request("a", (link) => taken.push(link));
  world.let("a", "unreachable");
  stock.request("a", (link) => taken.push(link));
  await settle();
  assertEquals(taken.length, 4);
  const [first, second] = taken;
  assert(first !== undefined && second !== undefined);
  stock.giveBack(first);
  assertEquals(taken[4], first);
  stock.giveBack(second);
  assertEquals(world.parked.on("a", "session"), [second]);
  stock.request("a", (link) => taken.push(link));
  assertEquals(taken[5], second);
  stock.close();
});

Deno.test("where many come and go as many links are kept, and none is dialled", async () => {
  const world = new LinkWorld("a", "b");
  const stock = stockIn(world);
  stock.use("a");
  const taken: Link[] = [];
  for (let i = 0; i < 200; i++) stock.request("a", (link) => taken.push(link));
  await settle();
  assertEquals(taken.length, 200);
  for (const link of taken) stock.giveBack(link);
  assertEquals(world.parked.countOn("a", "session"), 64);
  const dialled = world.dialsOver("a");
  for (let i = 0; i < 1_000; i++) stock.request("a", (link) => stock.giveBack(link));
  await settle();
  assertEquals(world.dialsOver("a"), dialled);
  stock.close();
});

Deno.test("a link is not parked again on a network that was left, nor when it has ended", async () => {
  const world = new LinkWorld("a", "b");
  const stock = stockIn(world);
  stock.use("a");
  await settle();
  const taken: Link[] = [];
  for (let i = 0; i < 2; i++) stock.request("a", (link) => taken.push(link));
  await settle();
  const [left, ended] = taken;
  assert(left !== undefined && ended !== undefined);
  ended.close();
  stock.use("b");
  await settle();
  stock.giveBack(left);
  stock.giveBack(ended);
  assertEquals([left.isOpen, world.parked.countOn("a", "session")], [false, 0]);
  stock.close();
});
