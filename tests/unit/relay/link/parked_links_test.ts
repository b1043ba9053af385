import { encodeMessage } from "../../../../lib/core/wire/encode.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { settle } from "../../../virtual_clock.ts";
import { LinkWorld } from "./kit/link_world.ts";

function linkOn(world: LinkWorld, key: string): { link: Link; far: MemoryConn } {
  const [near, far] = MemoryConn.pair();
  return { link: new Link(near, key, world.site), far };
}

Deno.test("a link that ends by itself leaves the store and is told of, one that is taken is not", async () => {
  const world = new LinkWorld("a");
  const [one, other] = [linkOn(world, "a"), linkOn(world, "a")];
  const ended: string[] = [];
  world.parked.add(one.link, "session", () => ended.push("one"));
  world.parked.add(other.link, "session", () => ended.push("other"));
  assertEquals(world.parked.take("a"), other.link);
  one.far.close();
  other.far.close();
  await settle();
  assertEquals(ended, ["one"]);
  assertEquals(world.parked.count("session"), 0);
  assertEquals(one.link.isOpen, false);
  other.link.close();
});

Deno.test("a link on which SNAPT speaks out of turn is closed, and the log names its network", async () => {
  const world = new LinkWorld("a");
  const [talker, babbler] = [linkOn(world, "a"), linkOn(world, "b")];
  world.parked.add(talker.link, "session");
  world.parked.add(babbler.link, "standby");
  await talker.far.write(encodeMessage({ kind: "okToRedirection", epoch: 7 }));
  await babbler.far.write(new Uint8Array(16).fill(255));
  await settle();
  assertEquals([talker.link.isOpen, babbler.link.isOpen], [false, false]);
  const lines = world.log.of("warn");
  assertEquals(lines.map((line) => /"provider":"(.)"/.exec(line)?.[1]), ["a", "b"]);
  assertEquals(world.faults, []);
});

Deno.test("links that were not heard on for long are reset when one is taken", async () => {
  const world = new LinkWorld("a");
  const { link, far } = linkOn(world, "a");
  world.parked.add(link, "standby");
  await world.clock.advance(150_000);
  assertEquals(world.parked.trustedOn("a", "standby"), []);
  assertEquals(world.parked.take("a"), null);
  assertEquals(link.isOpen, false);
  const { code } = await assertRejects(() => far.readNext(), ConnFailed);
  assertEquals(code, "reset");
});

Deno.test("what the standby has on a network is the session's when that moves there", () => {
  const world = new LinkWorld("a", "b");
  const [here, there] = [linkOn(world, "a").link, linkOn(world, "b").link];
  world.parked.add(here, "standby");
  world.parked.add(there, "standby");
  world.parked.adopt("a");
  assertEquals([world.parked.count("session"), world.parked.count("standby")], [1, 1]);
  world.parked.abandonAll("standby");
  assertEquals([here.isOpen, there.isOpen], [true, false]);
  world.parked.abandonAll("session", "a");
  assertEquals(here.isOpen, true);
  world.parked.abandon("a", "session");
  assertEquals(here.isOpen, false);
});

Deno.test("links that are dropped are reset: what a network that is gone has to send stays for long", async () => {
  const world = new LinkWorld("a");
  const { link, far } = linkOn(world, "a");
  world.parked.add(link, "session");
  world.parked.drop([link]);
  const failure = await assertRejects(() => far.readNext(), ConnFailed);
  assertEquals(failure.code, "reset");
});

Deno.test("a link is taken out once only", () => {
  const world = new LinkWorld("a");
  const { link } = linkOn(world, "a");
  world.parked.add(link, "standby");
  assertEquals([world.parked.remove(link), world.parked.remove(link)], [true, false]);
  link.close();
});

Deno.test("a link that SNAPT turns away is told of as refused, and the log says it once", async () => {
  const world = new LinkWorld("a");
  const [one, other] = [linkOn(world, "a"), linkOn(world, "a")];
  const ended: string[] = [];
  const refused = { kind: "refused", code: "full", sentence: "too many" } as const;
  for (const { link, far } of [one, other]) {
    world.parked.add(link, "session", (how) => ended.push(how));
    await far.write(encodeMessage(refused));
  }
  await settle();
  assertEquals([ended, world.log.of("warn").length], [["refused", "refused"], 1]);
  assertEquals(world.parked.refusals.map(({ provider }) => provider), ["a"]);
  await world.clock.advance(60_000);
  assertEquals(world.parked.refusals, []);
});
