import { decidedSite } from "../../../../lib/relay/site/decided_site.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { SiteWorld } from "./kit/site_world.ts";

const NEVER = new AbortController().signal;

Deno.test("a site that is connected is on its network, and seeks none", async () => {
  const subject = decidedSite((await SiteWorld.connected("a", "b")).site);
  assertEquals([subject.name, subject.view()?.provider, subject.seeking()], ["home", "a", null]);
});

Deno.test("a site that looks for a network says where it was, and why it finds none", async () => {
  const world = await SiteWorld.connected("a", "b");
  const subject = decidedSite(world.site);
  for (const key of ["a", "b"]) world.links.let(key, "unreachable");
  world.site.providerLost("a", "the cable is out");
  await world.advance(1_000);
  assertEquals([subject.view(), subject.seeking()?.from], [null, "a"]);
  assertEquals(subject.seeking()?.failure?.includes("unreachable"), true);
});

Deno.test("a site that never had a network seeks one, and comes from none", () => {
  const world = new SiteWorld(["a"]);
  world.links.let("a", "unreachable");
  world.site.start();
  assertEquals(decidedSite(world.site).seeking(), { from: "", failure: null });
});

Deno.test("a move resolves to null when the site is there, or to why it is not", async () => {
  const world = await SiteWorld.connected("a", "b");
  const subject = decidedSite(world.site);
  const moved = subject.move("b", "it is better", NEVER);
  await world.advance(5_000);
  assertEquals([await moved, world.site.provider], [null, "b"]);
  assertEquals(world.receipts.map(({ kind, reason }) => [kind, reason]), [
    ["overlapped", "it is better"],
  ]);
  assertEquals(
    await subject.move("b", "it is better", NEVER),
    "Cannot switch to b: the session is there already",
  );
});

Deno.test("a move that is called off says so, and a mistake of ours is passed on", async () => {
  const world = await SiteWorld.connected("a", "b");
  const subject = decidedSite(world.site);
  world.site.switchTo = (_wanted, signal) => Promise.reject(signal.reason);
  assertEquals(
    await subject.move("b", "it is better", AbortSignal.abort()),
    "Cannot switch to b: it took too long",
  );
  world.site.switchTo = () => Promise.reject(new TypeError("a mistake of ours"));
  await assertRejects(() => subject.move("b", "it is better", NEVER), TypeError);
});

Deno.test("what was to be connected in vain has its receipt", async () => {
  const world = await SiteWorld.connected("a");
  const purpose = { from: "a", to: "b", reason: "it was lost" };
  decidedSite(world.site).couldNotConnect(purpose, "its command failed");
  assertEquals(world.receipts.map(({ outcome, to, reason }) => [outcome, to, reason]), [
    ["failed", "b", "its command failed"],
  ]);
});
