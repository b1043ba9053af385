import type { ToldPlace } from "../../../../lib/core/wire/places_message.ts";
import { NO_CONNECTOR } from "../../../../lib/relay/network/connector.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { SiteWorld } from "./kit/site_world.ts";

const NETWORK = "10.0.0.2";
const NEAR: ToldPlace = { host: "10.0.0.7", port: 7787, route: "" };
const FAR: ToldPlace = { host: "20.30.40.5", port: 7787, route: "" };

function tell(world: SiteWorld, places: readonly ToldPlace[], advice: "stay" | "leave" = "stay") {
  const driver = world.sessions.at(-1);
  assert(driver !== undefined);
  driver.apply(driver.session.rights.placesChanged({ advice, places }));
}

async function byRelay(): Promise<SiteWorld> {
  const world = new SiteWorld([NETWORK], NO_CONNECTOR, "home", "relay");
  world.site.start();
  await world.advance(100);
  return world;
}

function summaryOf({ receipts }: SiteWorld): readonly string[] {
  return receipts.map(({ kind, outcome, from, to }) => `${kind} ${outcome} ${from} ${to}`);
}

Deno.test("a session moves to an address in its own network that SNAPT has told", async () => {
  const world = await SiteWorld.connected(NETWORK);
  assertEquals(world.site.snapshot().way?.host, "snapt");
  tell(world, [NEAR]);
  await world.advance(1_000);
  assertEquals(summaryOf(world), [`overlapped switched ${NETWORK} ${NETWORK}`]);
  assertEquals(world.receipts[0]?.reason, "SNAPT answers at 10.0.0.7:7787, a shorter way");
  assertEquals(world.site.snapshot().way?.host, "10.0.0.7");
  const { length } = world.links.hosts;
  await world.advance(120_000);
  assert(world.links.hosts.slice(length).every((host) => host === "10.0.0.7"), "dialled elsewhere");
  assertEquals(summaryOf(world).length, 1, "it stays there");
});

Deno.test("a session stays where it is when nobody answers in a better place, which is asked again", async () => {
  const world = await SiteWorld.connected(NETWORK);
  world.links.letAt(NEAR.host, "unreachable");
  tell(world, [NEAR]);
  await world.advance(20_000);
  assertEquals([summaryOf(world), world.site.snapshot().way?.host], [[], "snapt"]);
  world.links.letAt(NEAR.host, "answers");
  await world.advance(5_000);
  assertEquals(summaryOf(world), [`overlapped switched ${NETWORK} ${NETWORK}`]);
});

Deno.test("a session stays where it is when a stranger has SNAPT's address in another network", async () => {
  const world = await SiteWorld.connected(NETWORK);
  world.links.letAt(NEAR.host, "stranger");
  tell(world, [NEAR]);
  await world.advance(60_000);
  assertEquals([summaryOf(world), world.site.state], [[], "connected"]);
});

Deno.test("a SNAPT that tells places without a pause has none dialled more than four times a second", async () => {
  const world = await SiteWorld.connected(NETWORK);
  world.links.letAt(NEAR.host, "unreachable");
  for (let told = 0; told < 200; told++) {
    tell(world, [{ ...NEAR, port: 1_000 + told }]);
    await world.advance(10);
  }
  const dialled = world.links.hosts.filter((host) => host === NEAR.host).length;
  assert(dialled >= 4 && dialled <= 10, `${dialled} dials in two seconds`);
});

Deno.test("an address elsewhere is no better than the one in use, and is not dialled", async () => {
  const world = await SiteWorld.connected(NETWORK);
  tell(world, [FAR]);
  await world.advance(30_000);
  assertEquals(world.links.hosts.includes(FAR.host), false);
});

Deno.test("a session moves elsewhere when SNAPT leaves the network by which it is reached", async () => {
  const world = await SiteWorld.connected(NETWORK);
  tell(world, [FAR], "leave");
  await world.advance(1_000);
  assertEquals(summaryOf(world), [`overlapped switched ${NETWORK} ${NETWORK}`]);
  assertEquals(world.site.snapshot().way?.host, FAR.host);
  await world.advance(60_000);
  assertEquals(summaryOf(world).length, 1, "it is asked once");
});

Deno.test("a better way that was lost soon after is left alone for a while", async () => {
  const world = await SiteWorld.connected(NETWORK);
  tell(world, [NEAR]);
  await world.advance(1_000);
  world.links.letAt(NEAR.host, "unreachable");
  world.links.silence(NETWORK);
  await world.advance(30_000);
  assertEquals(world.site.snapshot().way?.host, "snapt");
  world.links.letAt(NEAR.host, "answers");
  await world.advance(20_000);
  assertEquals(world.site.snapshot().way?.host, "snapt", "it is tried too soon");
  await world.advance(60_000);
  assertEquals(world.site.snapshot().way?.host, NEAR.host);
});

Deno.test("a session moves from a relay to any address of SNAPT's own that answers", async () => {
  const world = await byRelay();
  assertEquals(world.site.snapshot().relay?.address, "snapt:1");
  world.links.letAt("172.16.0.9", "unreachable");
  tell(world, [{ ...FAR, host: "172.16.0.9" }, FAR]);
  await world.advance(1_000);
  assertEquals(world.site.snapshot().way?.host, FAR.host);
  assertEquals([world.site.snapshot().relay, world.receipts[0]?.relay], [null, undefined]);
});

Deno.test("a session comes back to the relay at once when the way beside it is lost", async () => {
  const world = await byRelay();
  tell(world, [FAR]);
  await world.advance(1_000);
  world.links.letAt(FAR.host, "unreachable");
  world.links.silence(NETWORK);
  await world.advance(10_000);
  assertEquals(world.site.snapshot().relay?.address, "snapt:1");
});

Deno.test("a session that goes by a relay is dialled anew there when SNAPT changes its network", async () => {
  const world = await byRelay();
  tell(world, [], "leave");
  await world.advance(1_000);
  assertEquals(summaryOf(world), [`overlapped switched ${NETWORK} ${NETWORK}`]);
  const [{ reason } = { reason: "" }] = world.receipts;
  assertEquals(reason, "SNAPT changes its network: by the relay snapt:1 again");
});

Deno.test("a session that was cut off before it could leave stays where it has come to", async () => {
  const world = await SiteWorld.connected(NETWORK);
  world.links.letAt(FAR.host, "unreachable");
  tell(world, [FAR], "leave");
  await world.advance(500);
  const before = ["snapt", "192.0.2.2"]; // the name, and the address that it had
  for (const host of before) world.links.letAt(host, "unreachable");
  world.links.silence(NETWORK);
  await world.advance(20_000);
  world.links.letAt(FAR.host, "answers");
  await world.advance(20_000);
  assertEquals(world.site.snapshot().way?.host, FAR.host);
  const { length } = world.receipts;
  for (const host of before) world.links.letAt(host, "answers");
  await world.advance(120_000);
  assertEquals([world.site.snapshot().way?.host, summaryOf(world).slice(length)], [FAR.host, []]);
});

Deno.test("nothing is looked for any more when the site has ended", async () => {
  const world = await SiteWorld.connected(NETWORK);
  world.links.letAt(NEAR.host, "unreachable");
  tell(world, [NEAR]);
  await world.advance(5_000);
  const stopping = world.site.stop();
  await world.advance(1_000);
  await stopping;
  for (let news = 0; news < 3; news++) {
    world.site.providersChanged();
    await world.advance(1);
  }
  assertEquals(world.links.clock.pending, 0);
});

Deno.test("a place that SNAPT may be about to leave is no better way, whatever it leaves", async () => {
  const world = await SiteWorld.connected(NETWORK);
  tell(world, [{ ...NEAR, standing: "last" }], "leave");
  await world.advance(10_000);
  assertEquals([summaryOf(world), world.links.hosts.includes(NEAR.host)], [[], false]);
});

Deno.test("a place that is dropped and told again is still left alone", async () => {
  const world = await SiteWorld.connected(NETWORK);
  tell(world, [NEAR]);
  await world.advance(1_000);
  world.links.letAt(NEAR.host, "unreachable");
  world.links.silence(NETWORK);
  await world.advance(30_000);
  world.links.letAt(NEAR.host, "answers");
  tell(world, []);
  tell(world, [NEAR]);
  await world.advance(20_000);
  assertEquals(world.site.snapshot().way?.host, "snapt");
});

Deno.test("what happens to networks all the time is no reason to dial all the time", async () => {
  const world = await byRelay();
  world.links.letAt(FAR.host, "unreachable");
  tell(world, [FAR]);
  await world.advance(700_000);
  const before = world.links.hosts.filter((host) => host === FAR.host).length;
  for (let minute = 0; minute < 10; minute++) {
    world.site.networkStirred("another");
    await world.advance(60_000);
  }
  const dials = world.links.hosts.filter((host) => host === FAR.host).length - before;
  assert(dials <= 25, `${dials} dials in ten minutes`);
});
