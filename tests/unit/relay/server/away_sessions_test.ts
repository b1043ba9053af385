import { assert, assertEquals } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { ServerWorld, SETTINGS } from "./kit/server_world.ts";

/** Two CNAPTs are served at once. */
const LASTING = { ...SETTINGS, switchTimeoutMs: 7 * 86_400_000 };
const SMALL_LIMITS = { ringBytes: 2e6, sessionBytes: 2e7, streams: 10 };
/** The budget of the world. */
const PROCESS_BYTES = 1 << 24;

function idsOf(world: ServerWorld): readonly string[] {
  return [...world.server.sessions.keys()].map((id) => id.slice(0, 2));
}

function endedAway(world: ServerWorld): readonly string[] {
  return world.log.of("warn").filter((line) => line.includes("away-session-ended"));
}

Deno.test("the session that is away for longest makes room where SNAPT serves as many as it may", async () => {
  const world = new ServerWorld(LASTING);
  (await world.connect(1, "0000000000000001")).close();
  await world.clock.advance(60_000);
  (await world.connect(2, "0000000000000002")).close();
  await world.clock.advance(60_000);
  const link = await world.connect(3, "0000000000000003");
  assertEquals((await link.nextMessage())?.kind, "ack");
  assertEquals(idsOf(world), ["02", "03"]);
  const [line = ""] = endedAway(world);
  assert(line.includes("SNAPT serves 2 CNAPTs already"), line);
  assert(line.includes(new Date(0).toISOString().slice(0, 10)), line);
  await world.stop();
});

Deno.test("sessions that are here, or were here a moment ago, make no room", async () => {
  const world = new ServerWorld(LASTING);
  await world.connect(1, "0000000000000001");
  const second = await world.connect(2, "0000000000000002");
  second.close();
  await world.clock.advance(2_000);
  const refused = await world.connect(3, "0000000000000003");
  const answer = await refused.nextMessage();
  assert(answer?.kind === "refused" && answer.code === "full");
  assertEquals([idsOf(world), endedAway(world)], [["01", "02"], []]);
  await world.stop();
});

Deno.test("what is kept for those that are away is given up when those that are here need it", async () => {
  const world = new ServerWorld({ ...LASTING, limits: SMALL_LIMITS, inactivityMs: 3_600_000 });
  (await world.connect(1, "0000000000000001")).close();
  await world.connect(2, "0000000000000002");
  await world.clock.advance(12_000);
  const [away, here] = [...world.server.sessions.values()].map(({ driver }) => driver.session);
  const taken = PROCESS_BYTES - world.server.memoryBytes - 1_000;
  assert(away?.memory.tryReserve(taken));
  await world.clock.advance(5_000);
  assertEquals(idsOf(world).length, 2, "nobody else wants it");
  assert(here?.memory.tryReserve(100_000) === false);
  await world.clock.advance(5_000);
  assertEquals(idsOf(world), ["02"]);
  assert(endedAway(world)[0]?.includes("no memory left"));
  await world.clock.advance(5_000);
  assertEquals(endedAway(world).length, 1);
  await world.stop();
});

Deno.test("who wants a place only if it is free gets that of one that is away for long", async () => {
  const world = new ServerWorld(LASTING);
  (await world.connect(1, "0000000000000001")).close();
  const claim = async (instance: string) => {
    const link = await world.park(1);
    link.send({ kind: "connect", instance, claim: "ifFree" });
    await settle();
    return (await link.nextMessage())?.kind;
  };
  await world.clock.advance(300_000);
  assertEquals(await claim("0000000000000002"), "refused");
  await world.clock.advance(301_000);
  assertEquals(await claim("0000000000000003"), "ack");
  await world.stop();
});

Deno.test("who has nearly all of the memory gets no session of others ended for more", async () => {
  const settings = { ...LASTING, sessions: 8, limits: SMALL_LIMITS, inactivityMs: 3_600_000 };
  const world = new ServerWorld(settings);
  for (const n of [1, 2, 3]) {
    const link = await world.connect(n, `000000000000000${n}`);
    const served = [...world.server.sessions.values()].at(-1);
    assert(served?.driver.session.memory.tryReserve(70_000));
    if (n < 3) link.close();
  }
  await world.clock.advance(12_000);
  const greedy = [...world.server.sessions.values()].at(-1)?.driver.session;
  assert(greedy?.memory.tryReserve(PROCESS_BYTES - world.server.memoryBytes - 1_000));
  for (let looks = 0; looks < 4; looks++) {
    assertEquals(greedy?.memory.tryReserve(1_500_000), false);
    await world.clock.advance(5_000);
  }
  assertEquals(idsOf(world), ["01", "02", "03"]);
  await world.stop();
});
