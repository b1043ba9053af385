import { createIdentity } from "../../../../lib/config/identity.ts";
import { encodeParked } from "../../../../lib/core/relay/relay_messages.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { RelayServer } from "../../../../lib/relay/own_relay/relay_server.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import type { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";
import { helloMessage, records, serverName } from "../../core/relay/kit/client_hello.ts";
import { MemoryListener } from "../server/kit/memory_listener.ts";

const IDENTITY = await createIdentity();
const ROUTE = "4a64wqnkgx1s26fj";
const ALERT = Uint8Array.of(21, 3, 3, 0, 2, 2, 112);

const helloFor = (name: string) => records(helloMessage(serverName(name)));
const KNOWN = helloFor(`${ROUTE}.snapt.internal`);
const UNKNOWN = helloFor("tt7twyhssstrtvvt.snapt.internal");

/** A relay that listens in memory, under a virtual clock, and has invited one SNAPT. */
class World {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly tasks = TaskGroup.root(this.clock, this.log);
  readonly listener = new MemoryListener();
  monthBytes: number | null = null;
  readonly server = new RelayServer({
    limits: { parked: 2, connections: 3, waitMs: 5_000, askedMs: 9_000, bytesPerSecond: null },
    pending: { pendingPerSource: 4, pending: 6, failuresPerSecond: 3 },
    handshakeMs: 5_000,
    monthLimit: () => this.monthBytes,
    monthKept: () => null,
    identity: { cert: IDENTITY.certificatePem, key: IDENTITY.privateKeyPem },
    meaningOf: (name) =>
      Promise.resolve(
        name === ROUTE ? { kind: "route", snapt: { idHex: "07", name: "homepc" } } : null,
      ),
    admit: () => Promise.reject(new Error("nobody is asked for")),
    pairing: {
      answer: () => Promise.reject(new Error("there are no codes")),
      proven: () => Promise.resolve(),
    },
    tasks: this.tasks,
    log: this.log,
    random: (count) => new Uint8Array(count),
  });

  constructor() {
    this.server.serve(this.listener);
  }

  async say(bytes: Uint8Array): Promise<MemoryConn> {
    const conn = this.listener.connect();
    await conn.write(bytes);
    await settle();
    return conn;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    this.tasks.close();
    assertEquals(this.log.of("error"), []);
  }
}

async function assertTurnedAway(conn: MemoryConn): Promise<void> {
  assertEquals(await conn.readNext(), ALERT);
  assertEquals(await conn.readNext(), null);
}

Deno.test("who names nobody hears that there is no such name, and costs nothing more", async () => {
  const world = new World();
  await assertTurnedAway(await world.say(UNKNOWN));
  await assertTurnedAway(await world.say(helloFor("www.example.org")));
  await assertTurnedAway(await world.say(records(helloMessage([]))));
  assertEquals(world.server.counters.refused.unknownName, 3);
  assertEquals(world.server.seen(), []);
  await world.stop();
});

Deno.test("what is no TLS, or parks what nobody asked for, is closed without a word", async () => {
  const world = new World();
  for (const bytes of [new TextEncoder().encode("GET / "), encodeParked(new Uint8Array(16))]) {
    const conn = await world.say(bytes);
    assertEquals(await conn.readNext(), null);
  }
  assertEquals(world.server.counters.refused.malformed, 2);
  await world.stop();
});

Deno.test("who says nothing, or half a ClientHello, is reset when its time is over", async () => {
  const world = new World();
  const conns = [await world.say(new Uint8Array(0)), await world.say(KNOWN.subarray(0, 40))];
  await world.clock.advance(5_000);
  for (const conn of conns) await assertRejects(() => conn.readNext(), ConnFailed);
  assertEquals(world.server.counters.refused.timedOut, 2);
  await world.stop();
});

Deno.test("a source that names nobody too often is closed unread, and heard again later", async () => {
  const world = new World();
  for (let i = 0; i < 3; i++) await world.say(UNKNOWN);
  const conn = await world.say(UNKNOWN);
  await assertRejects(() => conn.readNext(), ConnFailed);
  assertEquals(world.server.counters.refused.blocked, 1);
  await world.clock.advance(2_000);
  await assertTurnedAway(await world.say(UNKNOWN));
  await world.stop();
});

Deno.test("who names a SNAPT is heard, whatever else comes from its source", async () => {
  const world = new World();
  await world.say(KNOWN);
  for (let i = 0; i < 4; i++) await world.say(UNKNOWN);
  assertEquals(world.server.counters.refused.blocked, 0);
  await world.say(KNOWN);
  assertEquals(world.server.seen()[0]?.waiting, 2);
  await world.stop();
});

Deno.test("a caller waits for its SNAPT for a while, and hears then that there is none", async () => {
  const world = new World();
  const conn = await world.say(KNOWN);
  await world.clock.advance(4_000);
  assertEquals(world.server.seen()[0]?.waiting, 1);
  await world.clock.advance(2_000);
  await assertTurnedAway(conn);
  await world.clock.advance(1_000);
  // Of a SNAPT that is not there no more is kept than what is counted.
  const [seen] = world.server.seen();
  assertEquals([seen?.waiting, seen?.record.refused.absent, seen?.record.since], [0, 1, null]);
  await world.stop();
});

Deno.test("more callers than a SNAPT may have are sent away", async () => {
  const world = new World();
  for (let i = 0; i < 3; i++) await world.say(KNOWN);
  await assertTurnedAway(await world.say(KNOWN));
  assert(world.log.of("info").some((line) => line.includes("snapt-full")));
  await world.stop();
});

Deno.test("a SNAPT that is revoked loses its callers at once", async () => {
  const world = new World();
  const conn = await world.say(KNOWN);
  world.server.review(() => false);
  await assertTurnedAway(conn);
  world.server.review(() => false);
  assertEquals(world.log.of("info").filter((line) => line.includes("snapt-revoked")).length, 1);
  await world.stop();
});
