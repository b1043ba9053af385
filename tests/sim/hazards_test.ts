/** What other resumable relays fell into, as far as it concerns the cores; one test for each. */
import { assert, assertEquals } from "../assert.ts";
import { World } from "./world.ts";

const LIMITS = { ringBytes: 16 * 1024, sessionBytes: 64 * 1024, streams: 8 };

Deno.test("memory stays flat when the peer is away and the application goes on sending", async () => {
  const plan = { client: { sendsBytes: 10 * LIMITS.sessionBytes, sendPauseMs: 0 } };
  const world = await World.connected([plan, plan, plan, plan, plan], { limits: LIMITS });
  await world.run(200);
  for (const key of world.network.keys) world.network.silence(key);
  await world.run(30_000);
  assert(world.cnapt.session.memory.usedBytes > LIMITS.sessionBytes / 2);
  assert(world.cnapt.session.memory.usedBytes <= LIMITS.sessionBytes + 5 * 4096);
  await world.finish();
});

Deno.test("acknowledged bytes leave the ring when a stream runs for long", async () => {
  const world = await World.connected([{ client: { sendsBytes: 400_000, sendPauseMs: 0 } }]);
  await world.runUntil(() => (world.stream(1).server?.received ?? 0) > 300_000);
  const ring = world.cnapt.session.streams.get(1)?.ring;
  assert(ring !== undefined && ring.capacity <= LIMITS.ringBytes && ring.acked > 250_000);
  await world.finish();
});

Deno.test("a live session is not detached when an old switch message comes again", async () => {
  const world = await World.connected([{ client: { sendsBytes: 100_000 } }]);
  for (const switches of [1, 2]) {
    world.network.breakLinks();
    await world.runUntil(() => world.switched === switches);
  }
  const old = world.network.firstFrames.find(({ kind }) => kind === "switchUnexpected");
  assert(old !== undefined);
  world.forge(old);
  await world.run(50);
  assertEquals(world.network.refusals, ["staleEpoch"]);
  assertEquals(world.snaptNow.session.state, "connected");
  await world.finish();
  assertEquals(world.switched, 2);
});

Deno.test("the peer is not taken for dead when an application reads nothing for minutes", async () => {
  const stuck = { from: 0, until: 300_000 };
  const world = await World.connected([{ client: { sendsBytes: 200_000 }, server: { stuck } }]);
  await world.run(290_000);
  assertEquals(world.cnapt.session.state, "connected");
  assert(world.cnapt.session.streams.get(1)?.ring.isFull);
  await world.finish();
  assertEquals(world.cnapt.receipts.length, 0);
});

Deno.test("acknowledgements pass when the same direction is clogged with data", async () => {
  const stuck = { from: 0, until: 60_000 };
  const clogged = { server: { sendsBytes: 200_000, sendPauseMs: 0 }, client: { stuck } };
  const world = await World.connected([clogged, {
    client: { sendsBytes: 300_000, sendPauseMs: 0 },
  }]);
  await world.runUntil(() => world.stream(2).server?.received === 300_000, 30_000);
  await world.run(100);
  const ring = world.cnapt.session.streams.get(2)?.ring;
  assert(ring === undefined || ring.acked === 300_000);
  await world.finish();
});

Deno.test("the session moves elsewhere when the network it began on never comes back", async () => {
  const world = await World.connected([{ client: { sendsBytes: 100_000 } }]);
  world.network.unplug("eth");
  await world.runUntil(() => world.stream(1).server?.received === 100_000);
  assert(world.cnapt.session.provider !== "eth");
  world.network.unplug(world.cnapt.session.provider);
  world.network.restore("eth");
  await world.finish();
});

Deno.test("the end of an old control link is of no consequence when it is noticed late", async () => {
  const world = await World.connected([{ client: { sendsBytes: 100_000 } }]);
  const old = world.cnapt.session.controlLink;
  assert(old !== null);
  await world.run(100);
  world.network.breakLinks("cnapt");
  await world.runUntil(() => world.switched === 1);
  assertEquals(world.cnapt.session.controlLost(old, "noticed late", world.time.now), []);
  assertEquals(world.cnapt.session.streamLinkLost(1, old, world.time.now), []);
  assertEquals(world.cnapt.session.state, "connected");
  await world.finish();
});

Deno.test("a link of an old epoch cannot touch a stream when its BIND comes again", async () => {
  const world = await World.connected([{ client: { sendsBytes: 100_000 } }]);
  await world.run(100);
  const bind = world.network.firstFrames.find(({ kind }) => kind === "bind");
  world.network.breakLinks();
  await world.runUntil(() => world.switched === 1);
  await world.run(100);
  assert(bind);
  const before = world.snaptNow.session.streams.get(1)?.binding;
  const forged = world.forge(bind);
  await world.run(100);
  assert(!forged.isOpen);
  assertEquals(world.snaptNow.session.streams.get(1)?.binding, before);
  await world.finish();
});

Deno.test("a dead path is found within seconds when the machine wakes from sleep", async () => {
  const world = await World.connected([{ client: { sendsBytes: 100_000, sendPauseMs: 1_000 } }]);
  await world.run(2_000);
  world.network.silence("eth");
  world.time.sleep(40_000);
  const awake = world.time.now;
  await world.runUntil(() => world.switched === 1);
  assert(world.time.now - awake < 2_000, `it took ${world.time.now - awake} ms`);
  await world.finish();
});

Deno.test("waking from sleep in the middle of a switch leads to a new search, not to an error", async () => {
  const world = await World.connected([{ client: { sendsBytes: 100_000, sendPauseMs: 100 } }]);
  await world.run(2_000);
  world.switchTo("wifi", "strict");
  await world.runUntil(() => world.cnapt.session.state === "strictDrained");
  world.network.silence("eth");
  await world.run(500);
  world.time.sleep(3_600_000);
  await world.run(1_000);
  assert(["searching", "connected", "resuming"].includes(world.cnapt.session.state));
});

Deno.test("the returning CNAPT is let in when SNAPT still believes in its ghost", async () => {
  const world = await World.connected([{ server: { sendsBytes: 100_000 } }]);
  await world.run(100);
  const ghost = world.snaptNow.session.controlLink;
  world.network.breakLinks("cnapt");
  assertEquals(world.snaptNow.session.state, "connected");
  await world.runUntil(() => world.switched === 1, 5_000);
  assert(world.snaptNow.session.controlLink !== ghost);
  await world.finish();
});

Deno.test("a session is given up at both ends when the network stays away longer than Z", async () => {
  const world = await World.connected([{ client: { sendsBytes: 100_000 } }], {
    switchTimeoutMs: 5_000,
  });
  await world.run(100);
  for (const key of world.network.keys) world.network.unplug(key);
  await world.run(40_000);
  assertEquals([world.cnapt.session.state, world.snaptNow.session.state], ["closed", "closed"]);
  assertEquals(world.cnapt.session.memory.usedBytes + world.snaptNow.session.memoryBytes, 0);
  assertEquals(world.stream(1).client.ending, "reset");
  assertEquals(world.stream(1).server?.ending, "reset");
});

Deno.test("a dead control link is found when payload still flows on all others", async () => {
  const world = await World.connected([{ server: { sendsBytes: 1e6, sendPauseMs: 200 } }]);
  await world.run(500);
  world.cnapt.control?.silence();
  await world.runUntil(() => world.switched === 1, 12_000);
  assertEquals(world.cnapt.receipts.map((one) => one.kind), ["sudden"]);
});

Deno.test("the application is read on when the peer turns out to have more than it said", async () => {
  const client = { sendsBytes: 1e6, sendPauseMs: 0, pieceBytes: 8_000 };
  const limits = { ringBytes: 64 * 1024, sessionBytes: 256 * 1024, streams: 8 };
  const world = await World.connected([{ client }], { limits });
  await world.run(300);
  world.cnapt.control?.stall(400);
  await world.runUntil(() => world.cnapt.session.streams.get(1)?.ring.isFull === true);
  await world.run(100);
  world.network.breakLinks("cnapt", "streams");
  await world.finish(30_000);
});
