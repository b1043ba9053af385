import { SwitchImpossible } from "../../../../lib/relay/site/switch_impossible.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { openingOf } from "../../../opening.ts";
import { settle } from "../../../virtual_clock.ts";
import { SiteWorld } from "./kit/site_world.ts";

const NEVER = new AbortController().signal;
const TO_B = { to: "b", shape: "overlapped", reason: "test" } as const;

Deno.test("a site connects, and says where it is and what SNAPT announced", async () => {
  const { site } = await SiteWorld.connected("a", "b");
  assertEquals([site.state, site.provider, site.snapshot().refusal], ["connected", "a", null]);
  assertEquals([site.hasService("ssh"), site.hasService("db")], [true, false]);
  assertEquals([site.livesOn("a"), site.livesOn("b")], [true, false]);
  assertEquals(site.view()?.provider, "a");
  assertEquals(site.path()?.state, "connected");
});

Deno.test("a switch gives its receipt, and the next one waits for its turn", async () => {
  const world = await SiteWorld.connected("a", "b");
  const there = world.site.switchTo(TO_B, NEVER);
  const back = world.site.switchTo({ to: "a", shape: "strict", reason: "test" }, NEVER);
  await world.advance(5_000);
  assertEquals([(await there).to, (await back).to], ["b", "a"]);
  assertEquals(world.receipts.map(({ kind, to }) => [kind, to]), [
    ["overlapped", "b"],
    ["strict", "a"],
  ]);
});

Deno.test("a mistake in who hears of a switch keeps no later switch from its turn", async () => {
  const world = await SiteWorld.connected("a", "b");
  world.switchEnded = () => {
    throw new TypeError("Cannot tell: a mistake of ours");
  };
  const there = world.site.switchTo(TO_B, NEVER);
  await world.advance(5_000);
  assertEquals((await there).outcome, "switched");
  const back = world.site.switchTo({ ...TO_B, to: "a" }, NEVER);
  await world.advance(5_000);
  assertEquals([(await back).outcome, world.site.provider], ["switched", "a"]);
  assertEquals(world.links.log.of("error").length, 1);
  assertEquals(world.sessions.length, 1);
});

Deno.test("a switch to where the session is, or to nowhere, is impossible", async () => {
  const world = await SiteWorld.connected("a", "b");
  await assertRejects(() => world.site.switchTo({ ...TO_B, to: "a" }, NEVER), SwitchImpossible);
  await assertRejects(() => world.site.switchTo({ ...TO_B, to: "x" }, NEVER), SwitchImpossible);
  assertEquals(world.receipts, []);
});

Deno.test("a switch of a site without a session is impossible", async () => {
  const { site } = new SiteWorld(["a"]);
  await assertRejects(() => site.switchTo(TO_B, NEVER), SwitchImpossible);
});

Deno.test("a session that ends is followed by another one", async () => {
  const world = await SiteWorld.connected("a");
  world.sessions[0]?.end();
  await world.advance(5_000);
  assertEquals([world.site.state, world.sessions.length], ["connected", 2]);
});

Deno.test("applications that connect between two sessions are relayed by the next one", async () => {
  const world = await SiteWorld.connected("a");
  await world.advance(10_000);
  world.sessions[0]?.end();
  await settle();
  assertEquals([world.site.state, world.site.snapshot().pause?.remainingMs], ["closed", 250]);
  const [application, relayed] = MemoryConn.pair();
  world.site.open(openingOf("ssh"), relayed);
  await application.write(new Uint8Array(3));
  await world.advance(1_000);
  assertEquals([world.site.state, relayed.isOpen], ["connected", true]);
  assertEquals(world.site.snapshot().streams.map(({ service }) => service), ["ssh"]);
  assertEquals(world.links.log.of("warn").filter((line) => line.includes("turned-away")), []);
});

Deno.test("applications that connect while SNAPT is full wait until it is not", async () => {
  const world = new SiteWorld(["a"]);
  world.links.let("a", { refused: "full" });
  world.site.start();
  await world.advance(2_000);
  const [, relayed] = MemoryConn.pair();
  world.site.open(openingOf("ssh"), relayed);
  await world.advance(5_000);
  assertEquals([world.site.snapshot().streams.length, relayed.isOpen], [0, true]);
  world.links.let("a", "answers");
  await world.advance(20_000);
  assertEquals([world.site.snapshot().streams.length, relayed.isOpen], [1, true]);
});

Deno.test("an application that waits for a session is turned away when the site stops", async () => {
  const world = await SiteWorld.connected("a");
  world.sessions[0]?.end();
  await settle();
  const [, relayed] = MemoryConn.pair();
  world.site.open(openingOf("ssh"), relayed);
  await world.site.stop();
  assertEquals(relayed.isOpen, false);
  assert(world.links.log.of("warn").some((line) => line.includes("CNAPT is being ended")));
});

Deno.test("a refused site says why, turns applications away, and tries again", async () => {
  const world = new SiteWorld(["a"]);
  world.links.let("a", { refused: "revoked" });
  world.site.start();
  await world.advance(2_000);
  assertEquals([world.site.state, world.site.snapshot().refusal?.code], ["refused", "revoked"]);
  const [application, relayed] = MemoryConn.pair();
  world.site.open(openingOf("ssh"), relayed);
  await application.readNext().then(() => assert(false), () => {});
  world.links.let("a", "answers");
  await world.advance(15_000);
  assertEquals(world.site.state, "connected");
});

Deno.test("a site that stops says goodbye, and starts no further session", async () => {
  const world = await SiteWorld.connected("a");
  const stopped = world.site.stop();
  await world.advance(1_000);
  await stopped;
  await world.advance(60_000);
  assertEquals([world.site.state, world.sessions.length], ["closed", 1]);
});

Deno.test("a site whose machine has slept trusts no link any more, and connects anew at once", async () => {
  const world = await SiteWorld.connected("a", "b");
  const { site } = world;
  await site.standby.fill({ key: "b", via: { kind: "address", address: "b" } }, 1, 4_000, NEVER);
  assertEquals(site.standby.count, 1);
  const epoch = site.snapshot().epoch;
  site.woke("this machine slept for 8 h");
  assertEquals([site.standby.count, site.state], [0, "searching"]);
  assert(site.snapshot().away !== null);
  await world.advance(100);
  assertEquals([site.state, site.snapshot().epoch, site.snapshot().away], [
    "connected",
    epoch + 1,
    null,
  ]);
  assertEquals(world.receipts.at(-1)?.reason, "this machine slept for 8 h");
});
