import { NO_CONNECTOR } from "../../../../lib/relay/network/connector.ts";
import { SwitchImpossible } from "../../../../lib/relay/site/switch_impossible.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { ScriptedConnector } from "../../../integration/kit/scripted_connector.ts";
import { SessionWorld } from "./kit/session_world.ts";

const NEVER = new AbortController().signal;
const TO_B = { to: "b", shape: "overlapped", reason: "asked for" } as const;
/** One that waits for other sites, which never come. */
const STUCK = { ...TO_B, shape: "strict", part: { arrive: () => {}, leave: () => {} } } as const;
const TO_A = { ...TO_B, to: "a" };

Deno.test("a request gives the receipt of its switch, which is kept and told", async () => {
  const world = await SessionWorld.connected(["a", "b"]);
  const asked = world.requests.request(TO_B, NEVER);
  await world.advance(5_000);
  const receipt = await asked;
  assertEquals([receipt.outcome, receipt.from, receipt.to, receipt.reason], [
    "switched",
    "a",
    "b",
    "asked for",
  ]);
  assert(world.requests.receipts.at(-1) === receipt);
  assertEquals(world.heard, ["ssh", "switched b"]);
});

Deno.test("requests have their turn one after the other, in the order in which they came", async () => {
  const world = await SessionWorld.connected(["a", "b"]);
  const asked = [TO_B, TO_A, TO_B].map((wanted) => world.requests.request(wanted, NEVER));
  await world.advance(15_000);
  assertEquals((await Promise.all(asked)).map(({ to }) => to), ["b", "a", "b"]);
});

Deno.test("a request that fails keeps none after it from its turn", async () => {
  const world = await SessionWorld.connected(["a", "b"]);
  const nowhere = assertRejects(
    () => world.requests.request({ ...TO_B, to: "x" }, NEVER),
    SwitchImpossible,
    "there is no such interface with an address (there is: a, b)",
  );
  const asked = world.requests.request(TO_B, NEVER);
  await world.advance(5_000);
  await nowhere;
  assertEquals((await asked).outcome, "switched");
});

Deno.test("a request for where the session is, or without a session, is impossible", async () => {
  const world = await SessionWorld.connected(["a", "b"]);
  const there = () => world.requests.request(TO_A, NEVER);
  await assertRejects(there, SwitchImpossible, "the session is there already");
  const none = new SessionWorld(["a", "b"]);
  await assertRejects(() => none.requests.request(TO_B, NEVER), SwitchImpossible, "no session");
  assertEquals([world.receipts, none.receipts], [[], []]);
});

Deno.test("a request for a network that is not there is answered at once, also without any", async () => {
  const world = await SessionWorld.connected(["a"]);
  world.links.have();
  world.session.driver?.providerLost("a", "it is gone");
  await world.advance(1_000);
  assertEquals(world.session.state, "searching");
  await assertRejects(
    () => world.requests.request(TO_A, NEVER),
    SwitchImpossible,
    "Cannot switch to a: there is no such interface with an address (there is: none)",
  );
});

Deno.test("a request waits some seconds for a SNAPT that is not reached, and says why", async () => {
  const world = await SessionWorld.connected(["a", "b"]);
  for (const key of ["a", "b"]) world.links.let(key, "unreachable");
  world.session.driver?.providerLost("a", "it is gone");
  await world.advance(1_000);
  assertEquals(world.session.state, "searching");
  const asked = assertRejects(
    () => world.requests.request(TO_B, NEVER),
    SwitchImpossible,
    "Cannot switch to b: SNAPT is not reached (a: ",
  );
  await world.advance(4_100);
  await asked;
  for (const key of ["a", "b"]) world.links.let(key, "answers");
  const again = world.requests.request(TO_B, NEVER);
  await world.advance(5_000);
  assertEquals((await again).to, "b");
});

Deno.test("a request whose switch loses SNAPT waits some seconds for it, and says why", async () => {
  const world = await SessionWorld.connected(["a", "b"]);
  const asked = assertRejects(
    () => world.requests.request(STUCK, NEVER),
    SwitchImpossible,
    "Cannot switch to b: SNAPT is not reached",
  );
  await world.advance(100);
  for (const key of ["a", "b"]) world.links.let(key, "unreachable");
  world.session.driver?.providerLost("a", "it is gone");
  world.session.driver?.providerLost("b", "it is gone");
  await world.advance(8_100);
  await asked;
});

Deno.test("a request whose session ends meanwhile is impossible, and the next one has the new session", async () => {
  const world = await SessionWorld.connected(["a", "b"]);
  const asked = assertRejects(
    () => world.requests.request(STUCK, NEVER),
    SwitchImpossible,
    "the session ended meanwhile",
  );
  await world.advance(1_000);
  const { driver } = world.session;
  assert(driver !== null);
  driver.session.timePassed = () => {
    throw new TypeError("a mistake of ours"); // ends the session without a receipt
  };
  await world.advance(15_000);
  await asked;
  assertEquals(world.receipts, []);
  const again = world.requests.request(TO_B, NEVER);
  await world.advance(5_000);
  assertEquals([(await again).outcome, world.snapt.sessions.length], ["switched", 2]);
});

Deno.test("a request that is called off is let go, and the next one has its turn", async () => {
  const world = await SessionWorld.connected(["a", "b"]);
  const controller = new AbortController();
  const asked = assertRejects(
    () => world.requests.request(STUCK, controller.signal),
    DOMException,
  );
  await world.advance(1_000);
  controller.abort();
  await asked;
  const nowhere = () => world.requests.request({ ...TO_B, to: "x" }, AbortSignal.abort());
  await assertRejects(nowhere, DOMException);
});

Deno.test("a network that is not there is connected first, and the old one closed at the end", async () => {
  const connector = new ScriptedConnector(["b"], ["a"]);
  const world = await SessionWorld.connected(["a", "b"], connector);
  const asked = world.requests.request(TO_B, NEVER);
  await world.advance(5_000);
  assertEquals([(await asked).outcome, connector.asked], ["switched", ["up b", "down a"]]);
});

Deno.test("a network that cannot be connected fails the switch, whose other sites do not wait", async () => {
  const connector = new ScriptedConnector(["b"], ["a"]);
  connector.broken.set("b", "its command failed");
  const world = await SessionWorld.connected(["a", "b"], connector);
  let left = 0;
  const part = { arrive: () => {}, leave: () => left += 1 };
  const asked = world.requests.request({ ...TO_B, part }, NEVER);
  await world.advance(5_000);
  const receipt = await asked;
  assertEquals([receipt.outcome, receipt.reason], [
    "failed",
    "Cannot connect b: its command failed",
  ]);
  assertEquals([left, world.receipts, connector.asked], [1, [receipt], ["up b"]]);
  assertEquals(world.requests.receipts, [receipt]);
  assertEquals(world.session.driver?.session.provider, "a");
});

Deno.test("between two networks of one adapter every switch is strict", async () => {
  const world = await SessionWorld.connected(["a", "b"], new ScriptedConnector([], [], "one"));
  const asked = world.requests.request(TO_B, NEVER);
  await world.advance(5_000);
  assertEquals([(await asked).kind, (await asked).outcome], ["strict", "switched"]);
});

Deno.test("a switch that failed closes no network", async () => {
  const released: string[] = [];
  const release = ({ from }: { from: string }) => Promise.resolve(void released.push(from));
  const world = await SessionWorld.connected(["a", "b"], { ...NO_CONNECTOR, release });
  world.links.let("b", "unreachable");
  const asked = world.requests.request(TO_B, NEVER);
  await world.advance(30_000);
  assertEquals([(await asked).outcome, released], ["failed", []]);
});

Deno.test("a network that could not be connected for a session without one has its receipt", async () => {
  const world = await SessionWorld.connected(["a"]);
  world.requests.noteNotConnected({ from: "a", to: "b", reason: "it was lost" }, "it is broken");
  const [receipt] = world.receipts;
  assertEquals([receipt?.kind, receipt?.outcome, receipt?.from, receipt?.to, receipt?.reason], [
    "sudden",
    "failed",
    "a",
    "b",
    "it is broken",
  ]);
});

Deno.test("a mistake of who hears of a receipt is logged, and the request has its receipt", async () => {
  const world = await SessionWorld.connected(["a", "b"]);
  world.hear = () => {
    throw new TypeError("a mistake of ours");
  };
  const asked = world.requests.request(TO_B, NEVER);
  await world.advance(5_000);
  assertEquals((await asked).outcome, "switched");
  assertEquals(world.links.log.of("error").length, 1);
});

Deno.test("a mistake in closing the old network is logged, and costs nothing else", async () => {
  const release = () => Promise.reject(new TypeError("a mistake of ours"));
  const world = await SessionWorld.connected(["a", "b"], { ...NO_CONNECTOR, release });
  const asked = world.requests.request(TO_B, NEVER);
  await world.advance(5_000);
  assertEquals([(await asked).outcome, world.session.state], ["switched", "connected"]);
  await settle();
  assert(world.links.log.of("error")[0]?.includes("a mistake of ours"));
});
