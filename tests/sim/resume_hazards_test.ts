/** What can go wrong when a session is resumed, one test for each way. */
import type { SwitchUnexpected } from "../../lib/core/wire/message.ts";
import { assert, assertEquals } from "../assert.ts";
import { World } from "./world.ts";

const LONG = { client: { sendsBytes: 100_000 }, server: { sendsBytes: 100_000 } };

/** A world in the middle of a transfer in both directions. */
async function busyWorld(): Promise<World> {
  const world = await World.connected([LONG]);
  await world.runUntil(() => (world.stream(1).server?.received ?? 0) > 10_000);
  return world;
}

Deno.test("both ends keep session and streams when all links are closed in an orderly way", async () => {
  const world = await busyWorld();
  for (const key of world.network.keys) world.network.setDialFailures(key, 1);
  world.network.closeLinks();
  await world.run(1_000);
  assertEquals(world.cnapt.session.state, "searching");
  assertEquals(world.snaptNow.session.state, "detached");
  assertEquals(world.cnapt.session.streams.size, 1);
  await world.finish();
});

Deno.test("both ends keep session and streams when all links break", async () => {
  const world = await busyWorld();
  for (const key of world.network.keys) world.network.setDialFailures(key, 1);
  world.network.breakLinks();
  await world.run(1_000);
  assertEquals(world.cnapt.session.state, "searching");
  assertEquals(world.snaptNow.session.state, "detached");
  await world.finish();
});

Deno.test("both ends let go of everything when CNAPT says goodbye", async () => {
  const world = await busyWorld();
  world.cnapt.stop();
  await world.run(1_000);
  assertEquals(world.snaptNow.endReason, "CNAPT said goodbye");
  assertEquals(world.stream(1).server?.ending, "reset");
  await world.finish();
});

Deno.test("both ends let go of everything when SNAPT ends the session", async () => {
  const world = await busyWorld();
  world.snaptNow.end();
  await world.run(1_000);
  assert(world.cnapt.endReason !== null);
  assertEquals(world.stream(1).client.ending, "reset");
  await world.finish();
});

Deno.test("new streams work when a session was resumed", async () => {
  const world = await World.connected([]);
  world.network.breakLinks();
  await world.runUntil(() => world.switched === 1);
  world.open();
  await world.finish();
  assertEquals(world.stream(1).client.ending, "closed");
});

Deno.test("a session is resumed at once when SNAPT has not noticed the loss", async () => {
  const world = await busyWorld();
  world.network.breakLinks("cnapt");
  await world.runUntil(() => world.switched === 1, 500);
  assertEquals(world.snaptNow.session.epoch, 1);
  await world.finish();
});

Deno.test("a stream goes on in both directions when its session was resumed", async () => {
  const world = await busyWorld();
  world.network.breakLinks();
  await world.runUntil(() => world.switched === 1);
  const { client, server } = world.stream(1);
  const before = [client.received, server?.received ?? 0] as const;
  await world.run(200);
  assert(client.received > before[0] && (server?.received ?? 0) > before[1]);
  await world.finish();
});

Deno.test("what the client sent is sent again when it was lost on the way", async () => {
  const world = await World.connected([{
    client: { sendsBytes: 5_000, sendPauseMs: 50 },
    server: { sendsBytes: 0 },
  }]);
  await world.runUntil(() => world.stream(1).server !== null);
  world.network.silence("eth");
  await world.runUntil(() => world.stream(1).client.sent === 5_000);
  assert((world.stream(1).server?.received ?? 0) < 5_000);
  await world.finish();
  assert(world.cnapt.receipts.some((one) => one.replayedBytes > 0));
});

Deno.test("what the server sent is sent again when it was lost on the way", async () => {
  const world = await World.connected([{
    client: { sendsBytes: 0 },
    server: { sendsBytes: 5_000 },
  }]);
  await world.runUntil(() => (world.stream(1).server?.sent ?? 0) > 0);
  world.network.silence("eth");
  await world.runUntil(() => world.stream(1).server?.sent === 5_000);
  assert(world.stream(1).client.received < 5_000);
  await world.finish();
  assert(world.cnapt.receipts.some((one) => one.replayedBytes > 0));
});

Deno.test("what is sent between two networks arrives when the second is there", async () => {
  const world = await World.connected([{ client: { sendsBytes: 5_000, sendPauseMs: 300 } }]);
  await world.run(100);
  for (const key of world.network.keys) world.network.unplug(key);
  const before = world.stream(1).client.sent;
  await world.run(3_000);
  assert(world.stream(1).client.sent > before);
  await world.finish();
});

Deno.test("nothing is lost when a session is resumed many times", async () => {
  const world = await busyWorld();
  for (let times = 1; times <= 5; times++) {
    world.network.breakLinks(times % 2 === 0 ? "both" : "cnapt");
    await world.runUntil(() => world.switched === times);
    await world.run(50);
  }
  await world.finish();
});

Deno.test("far more than a ring holds goes through when a session was resumed", async () => {
  const world = await World.connected([{ client: { sendsBytes: 1e6, sendPauseMs: 0 } }]);
  await world.run(300);
  world.network.breakLinks();
  await world.runUntil(() => world.switched === 1);
  assert(world.stream(1).client.sent < 500_000);
  await world.finish();
});

Deno.test("applications are told at once when SNAPT no longer knows the session", async () => {
  const world = await busyWorld();
  await world.crashSnapt();
  await world.runUntil(() => world.stream(1).client.ending === "reset", 1_000);
  assertEquals(world.cnapt.session.refusal?.code, "unknownSession");
  await world.finish();
});

Deno.test("a stream is opened once when it is asked for between two networks", async () => {
  const world = await World.connected([]);
  world.network.breakLinks();
  await world.runUntil(() => world.cnapt.session.state === "searching");
  world.open();
  await world.finish();
  assertEquals(world.stream(1).server?.ending, "closed");
});

Deno.test("a BIND waits for its switch message when it overtakes it", async () => {
  const world = await busyWorld();
  world.network.breakLinks();
  await world.runUntil(() => world.cnapt.session.state === "resuming");
  world.cnapt.control?.peer?.stall(500);
  await world.run(200);
  assertEquals(world.cnapt.session.streams.get(1)?.link.kind, "binding");
  assertEquals(world.snaptNow.session.epoch, 0);
  await world.runUntil(() => world.switched === 1);
  await world.finish();
});

Deno.test("the next attempt succeeds when resuming is interrupted", async () => {
  const world = await busyWorld();
  world.network.breakLinks();
  await world.runUntil(() => world.snaptNow.session.state === "resuming");
  world.network.breakLinks();
  await world.runUntil(() => world.switched === 1);
  assertEquals(world.snaptNow.session.epoch, 2);
  await world.finish();
});

Deno.test("a live session is not touched when another instance wants to resume it", async () => {
  const world = await busyWorld();
  const wrong: SwitchUnexpected = {
    kind: "switchUnexpected",
    instance: "ffffffffffffffff",
    epoch: 9,
    recordReceived: 0,
  };
  world.forge(wrong);
  await world.run(50);
  assertEquals(world.network.refusals, ["displaced"]);
  assertEquals(world.snaptNow.session.epoch, 0);
  await world.finish();
});

Deno.test("streams are kept when a network leads to somebody who is not our SNAPT", async () => {
  const world = await busyWorld();
  world.network.setDialFailures("wifi", 1);
  for (const key of ["eth", "lte"]) world.network.unplug(key);
  await world.run(10_000);
  assertEquals(world.cnapt.session.state, "searching");
  assertEquals(world.stream(1).client.ending, "open");
  await world.finish();
});

Deno.test("nothing is lost when a session is resumed in the middle of a stream at full speed", async () => {
  const fast = { sendsBytes: 500_000, sendPauseMs: 0, pieceBytes: 8_000 };
  const world = await World.connected([{ client: fast, server: fast }]);
  await world.run(300);
  world.network.breakLinks();
  await world.runUntil(() => world.switched === 1);
  await world.finish();
});
