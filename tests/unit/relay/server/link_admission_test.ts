import { parseSourceRange } from "../../../../lib/core/access/source_list.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { authenticateToSnapt, LinkRefused } from "../../../../lib/relay/link/link_auth.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import type { MemoryConn } from "../../../memory_conn.ts";
import { settle } from "../../../virtual_clock.ts";
import { idOf, KEY, ServerWorld, SETTINGS } from "./kit/server_world.ts";

const GARBAGE = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: somebody\r\n\r\n".repeat(4));

Deno.test("a key that is proven makes a parked link", async () => {
  const world = new ServerWorld();
  await world.park();
  const { accepted, authenticated, malformed } = world.server.counters;
  assertEquals([accepted, authenticated, malformed], [1, 1, 0]);
  await world.stop();
});

/** Closing alone leaves a socket to the runtime while its TLS handshake is under way. */
async function assertReset(conn: MemoryConn | undefined): Promise<void> {
  assert(conn !== undefined);
  const error = await assertRejects(() => conn.readNext(), ConnFailed);
  assertEquals(error.code, "reset");
}

Deno.test("who says nothing is reset when its time is over", async () => {
  const world = new ServerWorld();
  const conn = world.listener.connect();
  await conn.readNext(); // HELLO
  await world.clock.advance(5_000);
  await assertReset(conn);
  assertEquals(world.server.counters.timedOut, 1);
  await world.stop();
});

Deno.test("who hangs up before it has proven a key says nothing worth a line of the log", async () => {
  const world = new ServerWorld();
  const [ended, reset] = [world.listener.connect(), world.listener.connect()];
  await settle();
  ended.close();
  reset.reset();
  await settle();
  assertEquals([world.log.of("info"), world.log.of("debug").length], [[], 2]);
  await world.stop();
});

Deno.test("who sends garbage too often is turned away, and listened to again later", async () => {
  const world = new ServerWorld();
  for (let i = 0; i < 2; i++) {
    await world.listener.connect().write(GARBAGE);
    await settle();
  }
  world.listener.connect();
  await settle();
  const { malformed, turnedAway } = world.server.counters;
  assertEquals([malformed, turnedAway], [2, 1]);
  await world.clock.advance(1_500);
  await world.park();
  await world.stop();
});

Deno.test("who hangs up too often before it has proven a key is turned away", async () => {
  const world = new ServerWorld();
  for (let i = 0; i < 3; i++) {
    const conn = world.listener.connect();
    await settle();
    conn.close();
    await settle();
  }
  assertEquals(world.server.counters.turnedAway, 1);
  await world.stop();
});

Deno.test("who comes directly is let in whatever a relay has said to come from there", async () => {
  const world = new ServerWorld();
  await failTooOften(world, "198.51.100.1:40000", "vps");
  const again = world.listener.connect("198.51.100.1:40000", "vps");
  await assertReset(again);
  assertEquals(world.server.counters.turnedAway, 1);
  await world.park();
  assertEquals(world.server.counters.authenticated, 1);
  await world.stop();
});

/** A source fails as often as it may; `relay`: who says that it is that source. */
async function failTooOften(world: ServerWorld, source: string, relay?: string): Promise<void> {
  for (let i = 0; i < 2; i++) {
    await world.listener.connect(source, relay).write(GARBAGE);
    await settle();
  }
}

Deno.test("a live session comes back from a source that failed too often, and nobody else", async () => {
  const world = new ServerWorld();
  await world.connect(1);
  await failTooOften(world, "198.51.100.1:40000");
  const asked: string[] = [];
  const { admit } = world;
  world.admit = (idHex) => {
    asked.push(idHex);
    return admit(idHex);
  };
  await world.park(1);
  assertEquals(asked, [idOf(1).toHex()]);
  const stranger = world.listener.connect();
  await assertRejects(() => authenticateToSnapt(stranger, { id: idOf(2), key: KEY }), ConnFailed);
  await world.listener.connect().write(GARBAGE);
  const pretender = world.listener.connect();
  const wrong = { id: idOf(1), key: new Uint8Array(32) };
  await assertRejects(() => authenticateToSnapt(pretender, wrong));
  await settle();
  const { authenticated, malformed, turnedAway } = world.server.counters;
  assertEquals([authenticated, malformed, turnedAway], [2, 2, 3]);
  assertEquals(world.log.of("info").filter((line) => line.includes("link-refused")).length, 2);
  const refused = world.server.snapshot().refusals.map(({ reason, count, lastClient }) => [
    reason,
    count,
    lastClient,
  ]);
  assertEquals(refused.toSorted(), [
    ["failedTooOften", 3, null],
    ["http", 2, null],
  ]);
  await world.stop();
});

Deno.test("a refused key is counted by its reason, with whom it pretends to be", async () => {
  const world = new ServerWorld();
  const pretender = world.listener.connect("198.51.100.9:40000");
  const wrong = { id: idOf(1), key: new Uint8Array(32) };
  await assertRejects(() => authenticateToSnapt(pretender, wrong));
  await settle();
  const [refused, ...others] = world.server.snapshot().refusals;
  const { reason, count, lastFrom, lastClient } = refused ?? {};
  assertEquals([reason, count, lastFrom, lastClient, others.length], [
    ...["badKey", 1, "198.51.100.9:40000", "laptop", 0],
  ]);
  await world.stop();
});

Deno.test("the addresses of one IPv6 network are one source, and those of another are not", async () => {
  const world = new ServerWorld();
  await world.listener.connect("[2001:db8::1]:40000").write(GARBAGE);
  await settle();
  await world.listener.connect("[2001:db8::2]:40000").write(GARBAGE);
  await settle();
  world.listener.connect("[2001:db8::3]:40000");
  world.listener.connect("[2001:db8:0:1::1]:40000");
  await settle();
  assertEquals(world.server.counters.turnedAway, 1);
  await world.stop();
});

Deno.test("what a load balancer passes on is no one source", async () => {
  const pending = { ...SETTINGS.pending, shared: [parseSourceRange("198.51.100.0/28")] };
  const world = new ServerWorld({ ...SETTINGS, pending });
  await failTooOften(world, "198.51.100.1:40000");
  await failTooOften(world, "198.51.100.1:40001");
  await world.listener.connect("198.51.100.1:40002").write(GARBAGE);
  await settle();
  assertEquals(world.server.counters.malformed, 5);
  await failTooOften(world, "198.51.100.16:40000");
  world.listener.connect("198.51.100.16:40000");
  await settle();
  const { malformed, turnedAway } = world.server.counters;
  assertEquals([malformed, turnedAway], [7, 1]);
  await world.stop();
});

Deno.test("a connection more than there is room for pushes out the one that waits longest", async () => {
  const world = new ServerWorld();
  const conns = Array.from({ length: 5 }, () => world.listener.connect());
  await settle();
  assertEquals(world.server.counters.turnedAway, 1);
  await assertReset(conns[0]);
  await world.park();
  await world.stop();
});

Deno.test("an ID that nobody knows hears why", async () => {
  const world = new ServerWorld();
  const conn = world.listener.connect();
  const error = await assertRejects(
    () => authenticateToSnapt(conn, { id: idOf(0x63), key: KEY }),
    LinkRefused,
  );
  assertEquals([error.code, world.server.counters.malformed], ["unknownId", 1]);
  await world.stop();
});

Deno.test("a mistake of ours in the admission costs its link, with a line, and is not counted", async () => {
  const world = new ServerWorld();
  const { admit } = world;
  world.admit = () => Promise.reject(new TypeError("planted"));
  const conn = world.listener.connect();
  await assertRejects(() => authenticateToSnapt(conn, { id: idOf(1), key: KEY }));
  await settle();
  assertEquals([world.log.of("error").length, world.server.counters.malformed], [1, 0]);
  world.admit = admit;
  await world.park();
  await world.stop();
});

Deno.test("what the admission cannot read now is the world's fault, and no mistake", async () => {
  const world = new ServerWorld();
  world.admit = () => Promise.reject(new ConnFailed("other", "Cannot read the clients"));
  const conn = world.listener.connect();
  await assertRejects(() => authenticateToSnapt(conn, { id: idOf(1), key: KEY }));
  await settle();
  assertEquals(world.log.of("error"), []);
  assert(world.log.lines.some((line) => line.startsWith("info link-failed")));
  await world.stop();
});

Deno.test("accepting goes on after a mistake", async () => {
  const world = new ServerWorld();
  await world.park();
  world.listener.mistake = new TypeError("planted");
  const parking = world.park();
  await world.clock.advance(1_000);
  await parking;
  assertEquals([world.log.of("error").length, world.server.counters.authenticated], [1, 2]);
  await world.stop();
});

Deno.test("nobody is left when the server stops", async () => {
  const world = new ServerWorld();
  const silent = world.listener.connect();
  const parked = await world.park();
  await world.stop();
  await world.clock.advance(1);
  await assertReset(silent);
  assertEquals(await parked.nextMessage(), null);
  assertEquals(world.clock.pending, 0);
});
