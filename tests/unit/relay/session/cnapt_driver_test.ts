import { ALONE } from "../../../../lib/relay/session/site_part.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { provider } from "../link/kit/link_world.ts";

import { hello, SessionPair } from "./kit/session_pair.ts";

Deno.test("a session begins on the first network that answers, and parks links there", async () => {
  const pair = await SessionPair.connected("a");
  assertEquals([pair.driver.session.provider, pair.driver.supply.parkedCount], ["a", 4]);
  assertEquals(pair.driver.supply.failures, []);
});

Deno.test("a stream takes a parked link and carries bytes both ways", async () => {
  const pair = await SessionPair.connected("a");
  const client = pair.open();
  await settle();
  const [server] = pair.servers;
  assert(server !== undefined);
  await hello(client, server);
  await hello(server, client);
  assertEquals(pair.binds, 1);
});

Deno.test("a sudden and a planned switch lose no byte of a stream", async () => {
  const pair = await SessionPair.connected("a", "b");
  const client = pair.open();
  await settle();
  const [server] = pair.servers;
  await hello(client, server);
  pair.world.let("a", "unreachable");
  pair.world.silence("a");
  pair.driver.providerLost("a", "it is gone");
  await hello(client, server);
  await pair.world.clock.advance(1_000);
  assertEquals([pair.driver.session.provider, pair.receipts.map(({ kind }) => kind)], ["b", [
    "sudden",
  ]]);
  pair.world.let("a", "answers");
  pair.driver.requestSwitch("a", "overlapped", "asked", ALONE);
  await pair.world.clock.advance(1_000);
  assertEquals([pair.driver.session.provider, pair.receipts[1]?.outcome], ["a", "switched"]);
  await hello(client, server);
});

Deno.test("a network that falls silent is left for one where a link is parked", async () => {
  const pair = await SessionPair.connected("a", "b");
  await pair.world.standby.probe(provider("b"), 2, 1_000, pair.world.site.signal);
  const parked = pair.world.standby.parkedOn("b").map(({ id }) => id);
  pair.world.let("b", "silent"); // only what is parked there helps
  pair.world.let("a", "silent");
  pair.world.silence("a");
  pair.driver.payloadReceived();
  await pair.world.clock.advance(10_000);
  assertEquals([pair.driver.session.provider, pair.receipts[0]?.kind], ["b", "sudden"]);
  assert(parked.some((id) => id === pair.driver.session.controlLink));
});

Deno.test("a stream whose links die at once is bound again four times a second", async () => {
  const pair = await SessionPair.connected("a");
  const { take } = pair;
  pair.take = (link, first) => first.kind === "bind" ? link.close() : take.call(pair, link, first);
  pair.open();
  await pair.world.clock.advance(5_000);
  assert(pair.binds >= 5 && pair.binds <= 4 * 5 + 4, `${pair.binds} BINDs in 5 s`);
  assertEquals(pair.ended, []);
});

Deno.test("a mistake of ours in a background task ends the session with one error line", async () => {
  const pair = await SessionPair.connected("a");
  const client = pair.open();
  await settle();
  pair.world.let("a", "mistake");
  for (let count = 0; count < 5; count++) pair.open();
  await settle();
  assertEquals([pair.ended.length, pair.world.log.of("error").length], [1, 1]);
  assert(pair.world.log.of("error")[0]?.includes("dial link"));
  assertEquals(pair.driver.supply.parkedCount, 0);
  await client.readNext().then(() => assert(false), () => {}); // reset, not left hanging
});

Deno.test("SNAPT out of reach is said, and found when it is there again", async () => {
  const pair = new SessionPair("a");
  pair.world.let("a", "unreachable");
  pair.driver.start();
  await pair.world.clock.advance(3_000);
  assertEquals(pair.driver.supply.failures.map((failure) => failure.provider), ["a"]);
  pair.world.let("a", "answers");
  await pair.world.clock.advance(10_000);
  assertEquals([pair.driver.session.state, pair.driver.supply.failures], ["connected", []]);
});

Deno.test("a session that is stopped leaves no link and no timer", async () => {
  const pair = await SessionPair.connected("a");
  pair.open();
  await settle();
  pair.driver.stop();
  await pair.world.clock.advance(1_000);
  assertEquals(pair.ended.length, 1);
  assertEquals(pair.world.openAt("a"), []);
});

Deno.test("control links that die at once are not looked for in a loop", async () => {
  const pair = await SessionPair.connected("a");
  let controls = 0;
  pair.take = (link, first) => {
    SessionPair.prototype.take.call(pair, link, first);
    if (first.kind !== "switchUnexpected") return;
    controls += 1;
    pair.world.site.timer(10, () => link.close());
  };
  for (const { conn } of pair.world.openAt("a")) conn.close();
  await pair.world.clock.advance(20_000);
  assert(controls > 5 && controls < 15, `${controls} control links in 20 s`);
  assertEquals(pair.ended, []);
});
