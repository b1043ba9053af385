import type { Provider } from "../../../../lib/relay/network/provider.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { type Answer, LinkWorld, provider } from "./kit/link_world.ts";

const NEVER = new AbortController().signal;
const LIMIT_MS = 4_000;
const B: Provider = provider("b");

async function withLinks(count: number): Promise<LinkWorld> {
  const world = new LinkWorld("a", "b");
  const { reach } = await world.standby.probe(B, count, LIMIT_MS, NEVER);
  assertEquals([reach.kind, world.standby.countOn("b")], ["answering", count]);
  return world;
}

Deno.test("a probe opens the links that are wanted, and the next one asks on those", async () => {
  const world = await withLinks(2);
  assertEquals(world.dialsOver("b"), 2);
  await world.clock.advance(1_000);
  await world.standby.probe(B, 2, LIMIT_MS, NEVER);
  assertEquals(world.dialsOver("b"), 2);
  await world.standby.probe(B, 1, LIMIT_MS, NEVER);
  assertEquals(world.standby.countOn("b"), 1);
  world.standby.close();
  await settle();
  assertEquals(world.openAt("b"), []);
});

Deno.test("a probe says within its limit that nobody answers", async () => {
  const world = await withLinks(2);
  world.silence("b");
  world.let("b", "silent");
  const probed = world.standby.probe(B, 2, LIMIT_MS, NEVER);
  await world.clock.advance(LIMIT_MS);
  assertEquals(await probed, {
    reach: { kind: "silent", detail: "SNAPT does not answer" },
    roundTripMs: null,
  });
  assertEquals(world.standby.count, 0);
});

Deno.test("a parked link that is silent when it is refreshed is closed, the others stay", async () => {
  const world = await withLinks(2);
  const [first, second] = world.standby.parkedOn("b");
  const [silent] = world.openAt("b");
  assert(silent !== undefined);
  silent.conn.isSilent = true;
  await world.clock.advance(10);
  const refreshed = world.standby.refresh("b", 5, LIMIT_MS, NEVER);
  await world.clock.advance(LIMIT_MS);
  assertEquals(await refreshed, true);
  assertEquals([first?.isOpen, second?.isOpen], [false, true]);
  assertEquals(world.standby.parkedOn("b"), second === undefined ? [] : [second]);
});

Deno.test("a refresh says when no parked link answers any more", async () => {
  const world = await withLinks(2);
  world.silence("b");
  await world.clock.advance(10);
  const refreshed = world.standby.refresh("b", 5, LIMIT_MS, NEVER);
  await world.clock.advance(LIMIT_MS);
  assertEquals([await refreshed, world.standby.countOn("b")], [false, 0]);
});

Deno.test("a link is forgotten when it was not answered on for the given time", async () => {
  const world = await withLinks(1);
  await world.clock.advance(100);
  assertEquals([100, 101].map((ms) => world.standby.isForgotten("b", ms)), [true, false]);
  await world.standby.refresh("b", 100, LIMIT_MS, NEVER);
  assertEquals(world.standby.isForgotten("b", 100), false);
});

Deno.test("the link on which SNAPT answers first is taken, and a fresh one without asking", async () => {
  const world = await withLinks(2);
  const fresh = world.standby.parkedOn("b").at(-1);
  assertEquals(world.standby.takeFresh("b", 1_000), fresh ?? null);
  await world.clock.advance(2_000);
  const [other] = world.standby.parkedOn("b");
  assertEquals(world.standby.takeFresh("b", 1_000), null);
  assertEquals(await world.standby.takeAnswering("b", NEVER), other ?? null);
  assertEquals(await world.standby.takeAnswering("b", NEVER), null);
  fresh?.close();
  other?.close();
});

Deno.test("no link is taken that does not answer before it is called off", async () => {
  const world = await withLinks(2);
  await world.clock.advance(2_000);
  world.silence("b");
  const stop = new AbortController();
  const taken = world.standby.takeAnswering("b", stop.signal);
  await settle();
  stop.abort();
  assertEquals([await taken, world.standby.countOn("b")], [null, 2]);
});

Deno.test("what is missing is opened, and links that cannot be opened are no failure", async () => {
  const world = await withLinks(1);
  world.let("b", "unreachable");
  await world.standby.fill(B, 3, LIMIT_MS, NEVER);
  assertEquals(world.standby.countOn("b"), 1);
  world.let("b", "answers");
  await world.standby.fill(B, 3, LIMIT_MS, NEVER);
  assertEquals(world.standby.countOn("b"), 3);
});

Deno.test("a mistake of ours is not taken for a network that does not answer", async () => {
  const world = new LinkWorld("b");
  world.let("b", "mistake");
  await assertRejects(() => world.standby.probe(B, 1, LIMIT_MS, NEVER), TypeError);
  await assertRejects(() => world.standby.fill(B, 1, LIMIT_MS, NEVER), TypeError);
});

const SAID: readonly (readonly [Answer, string])[] = [
  ["unreachable", "silent: there is no route to SNAPT"],
  ["hangsUp", "silent: the connection was cut"],
  ["webServer", "impostor: a web server answers in SNAPT's place, as a captive portal does"],
  ["stranger", "impostor: somebody answers who is not our SNAPT"],
  [{ refused: "badKey" }, "silent: SNAPT refuses: not today"],
];

for (const [answer, expected] of SAID) {
  Deno.test(`a probe says what is there when it ${JSON.stringify(answer)}`, async () => {
    const world = new LinkWorld("b");
    world.let("b", answer);
    const { reach } = await world.standby.probe(B, 1, LIMIT_MS, NEVER);
    assertEquals("detail" in reach ? `${reach.kind}: ${reach.detail}` : reach.kind, expected);
    assertEquals(world.standby.count, 0);
  });
}

Deno.test("a probe that is not made because SNAPT has just refused says what SNAPT said", async () => {
  const world = new LinkWorld("b");
  world.let("b", { refused: "badKey" });
  const first = await world.standby.probe(B, 1, LIMIT_MS, NEVER);
  assertEquals(await world.standby.probe(B, 1, LIMIT_MS, NEVER), first);
  assertEquals(world.dialsOver("b"), 1);
});
