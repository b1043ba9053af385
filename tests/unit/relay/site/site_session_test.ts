import { SwitchImpossible } from "../../../../lib/relay/site/switch_impossible.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { SessionWorld } from "./kit/session_world.ts";

const NEVER = new AbortController().signal;

Deno.test("a session that has not been started takes nobody and cannot be switched", async () => {
  const { session } = new SessionWorld(["a"]);
  assertEquals([session.driver, session.serving, session.state], [null, null, "closed"]);
  await assertRejects(() => session.connected(NEVER), SwitchImpossible, "there is no session");
  await session.stop(0); // and there is nothing to stop
});

Deno.test("a session that begins tells what SNAPT announced, and takes applications", async () => {
  const { session, heard, links } = await SessionWorld.connected(["a"]);
  assertEquals([session.state, heard], ["connected", ["ssh"]]);
  assert(session.serving !== null && session.serving === await session.connected(NEVER));
  assert(links.log.lines.includes('info connected {"provider":"a","services":"ssh"}'));
});

Deno.test("who waits for a session has it as soon as there is one", async () => {
  const world = new SessionWorld(["a"]);
  world.links.let("a", "unreachable");
  world.session.start();
  const connected = world.session.connected(NEVER);
  await world.advance(2_000);
  world.links.let("a", "answers");
  await world.advance(20_000);
  assertEquals((await connected).session.state, "connected");
});

Deno.test("who waits for a session is let go when that is called off", async () => {
  const world = new SessionWorld(["a"]);
  world.links.let("a", "unreachable");
  world.session.start();
  const { signal, abort } = abortable();
  const waiting = assertRejects(() => world.session.connected(signal), DOMException);
  await settle();
  abort();
  await waiting;
  await world.session.stop(0);
});

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

Deno.test("a session that SNAPT ends is followed by another at once, and later each time", async () => {
  const world = await SessionWorld.connected(["a"]);
  for (const pause of [250, 500, 1_000]) {
    world.snapt.sessions.at(-1)?.end();
    await settle();
    assertEquals([world.session.driver, world.session.state], [null, "closed"]);
    const { length } = world.snapt.sessions;
    await world.advance(pause - 1);
    assertEquals(world.snapt.sessions.length, length);
    assertEquals(world.session.pause, { reason: "SNAPT ended the session", remainingMs: 1 });
    await world.advance(1);
    assertEquals(world.session.pause, null);
    assertEquals([world.snapt.sessions.length, world.session.state], [length + 1, "connected"]);
  }
  assertEquals(world.heard.slice(0, 3), ["ssh", "ended", "ssh"]);
});

Deno.test("a refusal that lasts is what people are told, until SNAPT answers otherwise", async () => {
  const world = new SessionWorld(["a"]);
  world.links.let("a", { refused: "revoked" });
  world.session.start();
  await world.advance(100);
  assertEquals([world.session.state, world.session.serving], ["refused", null]);
  assertEquals(world.session.refusal, { code: "revoked", sentence: "not today" });
  await assertRejects(() => world.session.connected(NEVER), SwitchImpossible);
  const dialled = world.links.dialsOver("a");
  world.links.let("a", "answers");
  await world.advance(14_000);
  assertEquals(world.links.dialsOver("a"), dialled, "repeating does not mend it");
  await world.advance(2_000);
  assertEquals([world.session.state, world.session.refusal], ["connected", null]);
});

Deno.test("a session that another CNAPT took is not taken back, but waited for", async () => {
  const world = await SessionWorld.connected(["a"]);
  const claims: string[] = [];
  const { create } = world;
  world.create = (events, claim) => {
    claims.push(claim);
    return create(events, claim);
  };
  const sentence = "another CNAPT with the same ticket has connected, from 192.0.2.9:1";
  world.snapt.sessions[0]?.end({
    farewell: { kind: "refused", code: "displaced", sentence },
  });
  await settle();
  assertEquals([world.session.state, world.session.refusal?.sentence], ["refused", sentence]);
  assertEquals(world.session.reception, { kind: "turnedAway", reason: sentence });
  assertEquals(world.session.pause, { reason: sentence, remainingMs: 15_000 });
  const told = world.links.log.lines.filter((line) => line.includes(sentence));
  assertEquals(told.length, 2, "a warning, and the end of the session");
  world.links.let("a", { refused: "full" });
  await world.advance(16_000);
  world.links.let("a", "answers");
  await world.advance(16_000);
  assertEquals([[...new Set(claims)], world.session.state], [["ifFree"], "connected"]);
  world.snapt.sessions.at(-1)?.end();
  await world.advance(5_000);
  assertEquals(claims.at(-1), "atOnce");
});

Deno.test("a mistake that keeps a session from beginning is logged, and another one is tried", async () => {
  const world = new SessionWorld(["a"]);
  const { create } = world;
  world.create = () => {
    throw new TypeError("a mistake of ours");
  };
  world.session.start();
  await world.advance(500);
  assertEquals(world.links.log.of("error").length, 1);
  world.create = create;
  await world.advance(1_000);
  assertEquals(world.session.state, "connected");
});

Deno.test("a session that ends by a mistake as it begins is none, and another one is tried", async () => {
  const world = new SessionWorld(["a"]);
  const { create } = world;
  world.create = (events, claim) => {
    const driver = create(events, claim);
    driver.session.start = () => {
      throw new TypeError("a mistake of ours");
    };
    return driver;
  };
  world.session.start();
  await world.advance(500);
  assertEquals([world.session.driver, world.session.state], [null, "closed"]);
  assertEquals(world.links.log.of("error").length, 1);
  world.create = create;
  await world.advance(1_000);
  assertEquals([world.session.state, world.heard], ["connected", ["ended", "ssh"]]);
});

Deno.test("a mistake of who hears of a session keeps it neither from going on nor from ending", async () => {
  const world = new SessionWorld(["a"]);
  world.hear = (what) => {
    throw new TypeError(`a mistake of ours with ${what}`);
  };
  world.session.start();
  await world.advance(100);
  assertEquals(world.session.state, "connected");
  world.snapt.sessions[0]?.end();
  await world.advance(2_000);
  assertEquals([world.session.state, world.snapt.sessions.length], ["connected", 2]);
  assertEquals(world.links.log.of("error").length, 2);
});

Deno.test("the decision is suspended while a switch is under way, and when a session ends it is not", async () => {
  const world = await SessionWorld.connected(["a", "b"]);
  assertEquals(world.session.decision, "running");
  world.session.driver?.requestSwitch("b", "overlapped", "test", {
    arrive: () => {}, // the other sites never come
    leave: () => {},
  });
  await world.advance(1_000);
  assertEquals(world.session.decision, "suspended");
  world.snapt.sessions[0]?.end();
  await settle();
  assertEquals(world.session.decision, "running");
});

Deno.test("a stop says goodbye, takes no more applications meanwhile, and starts nothing after it", async () => {
  const world = await SessionWorld.connected(["a"]);
  const stopped = world.session.stop(0);
  assertEquals(world.session.serving, null);
  await world.advance(1_000);
  await stopped;
  assertEquals([world.session.driver, world.heard], [null, ["ssh", "ended"]]);
  await world.advance(60_000);
  assertEquals(world.snapt.sessions.length, 1);
});

Deno.test("a stop between two sessions keeps the next one from beginning", async () => {
  const world = await SessionWorld.connected(["a"]);
  world.snapt.sessions[0]?.end();
  await settle();
  await world.session.stop(0);
  await world.advance(60_000);
  assertEquals([world.session.state, world.snapt.sessions.length], ["closed", 1]);
});

Deno.test("a SNAPT that is full is told of once in the log, and says why there is nothing to switch", async () => {
  const world = new SessionWorld(["a"]);
  world.links.let("a", { refused: "full" });
  world.session.start();
  for (let minute = 0; minute < 5; minute++) await world.advance(60_000);
  const told = world.links.log.lines.filter((line) => line.startsWith("info session-ended"));
  assertEquals([told.length, world.session.lastRefusal], [1, "not today"]);
  await world.session.stop(0);
  await assertRejects(
    () => world.session.connected(NEVER),
    SwitchImpossible,
    "there is no session (SNAPT: not today)",
  );
});

Deno.test("a session that is to begin after a pause begins when the machine has slept", async () => {
  const world = await SessionWorld.connected(["a"]);
  world.session.woke();
  assertEquals(world.snapt.sessions.length, 1, "there is one already");
  world.snapt.sessions.at(-1)?.end();
  await settle();
  world.session.woke();
  await settle();
  assertEquals([world.session.state, world.snapt.sessions.length], ["connected", 2]);
  await world.advance(1_000);
  assertEquals(world.snapt.sessions.length, 2);
  await world.session.stop(0);
  world.session.woke();
  assertEquals(world.session.driver, null);
});
