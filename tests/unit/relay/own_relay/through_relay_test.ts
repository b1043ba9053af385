import { createIdentity } from "../../../../lib/config/identity.ts";
import { proxyV2Header } from "../../../../lib/core/proxy/proxy_v2.ts";
import {
  decodeParked,
  encodeRelayMessage,
  PARKED_BYTES,
} from "../../../../lib/core/relay/relay_messages.ts";
import type { ByteConn } from "../../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import type { DialOptions, DialTarget } from "../../../../lib/net/dial.ts";
import type { Via } from "../../../../lib/net/via.ts";
import { type Admission, readExactly, welcomeCnapt } from "../../../../lib/relay/link/link_auth.ts";
import { ThroughRelay } from "../../../../lib/relay/own_relay/through_relay.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

const IDENTITY = await createIdentity();
const KEY = new Uint8Array(32).fill(7);
const TOKENS = [1, 2].map((value) => new Uint8Array(16).fill(value));

/** A SNAPT, and a relay that a test plays, over connections in memory. */
class World {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly tasks = TaskGroup.root(this.clock, this.log);
  /** What SNAPT has dialled: the ends of the relay, and the names that were asked for. */
  readonly dialled: { readonly conn: MemoryConn; readonly name: string | null }[] = [];
  answer: "relay" | "nobody" = "relay";
  readonly through = new ThroughRelay({
    name: "vps",
    host: "relay.example.org",
    port: 7787,
    certificatePem: IDENTITY.certificatePem,
    credentials: { id: new Uint8Array(16), key: KEY },
    identity: { cert: IDENTITY.certificatePem, key: IDENTITY.privateKeyPem },
    tasks: this.tasks,
    log: this.log,
    dial: (target, via, options) => this.#dial(target, via, options),
    chance: () => 1,
  });

  #dial({ host, port }: DialTarget, _via: Via, { tls }: DialOptions): Promise<ByteConn> {
    if (this.answer === "nobody") {
      return Promise.reject(new ConnFailed("refused", "Cannot connect: nobody listens there"));
    }
    const [near, far] = MemoryConn.pair(
      "192.0.2.2:2",
      `${host === "relay.example.org" ? "192.0.2.1" : host}:${port}`,
    );
    this.dialled.push({ conn: far, name: tls?.serverName ?? null });
    return Promise.resolve(near);
  }

  /** Takes the control connection that was dialled last, as the relay. */
  async welcome(admission: Partial<Admission<string>> = {}): Promise<MemoryConn> {
    await settle();
    const conn = this.dialled.at(-1)?.conn;
    assert(conn !== undefined);
    const known = { kind: "known", key: KEY, client: "", ...admission } as Admission<string>;
    await welcomeCnapt(conn, () => Promise.resolve(known), null, "relayed").catch(() => {});
    await settle();
    return conn;
  }

  async attached(): Promise<MemoryConn> {
    this.through.start();
    const control = await this.welcome();
    assertEquals(this.through.state, "attached");
    return control;
  }
}

Deno.test("SNAPT dials the relay by a name of its own and parks one for each token", async () => {
  const world = new World();
  const control = await world.attached();
  assert(/^[0-9a-z]{16}\.snapt\.internal$/.test(world.dialled[0]?.name ?? ""));
  await control.write(encodeRelayMessage({ kind: "park", tokens: TOKENS }));
  await settle();
  assertEquals(world.through.parked, 2);
  for (const [at, token] of TOKENS.entries()) {
    const parked = world.dialled[at + 1];
    assert(parked !== undefined);
    assertEquals(parked.name, null); // in the clear: what it carries is TLS from end to end
    assertEquals(decodeParked(await readExactly(parked.conn, PARKED_BYTES)), token);
  }
  world.tasks.close();
});

Deno.test("what the relay joins comes as if to a port of this machine, from its true source", async () => {
  const world = new World();
  const control = await world.attached();
  await control.write(encodeRelayMessage({ kind: "park", tokens: TOKENS.slice(0, 1) }));
  await settle();
  const accepting = world.through.listener.accept();
  const parked = world.dialled[1]?.conn;
  const header = proxyV2Header("198.51.100.9:4000", "192.0.2.1:7787");
  await parked?.write(header.subarray(0, 5));
  await parked?.write(header.subarray(5));
  const conn = await accepting;
  assertEquals(conn?.remoteAddress, "198.51.100.9:4000");
  assertEquals(world.through.parked, 0);
  conn?.close();
  world.tasks.close();
});

Deno.test("the snapshot tells since when SNAPT is there, how far away, and what was carried", async () => {
  const world = new World();
  assertEquals(world.through.snapshot().since, null);
  const control = await world.attached();
  const ping = await control.readNext();
  assert(ping !== null);
  await world.clock.advance(12);
  const pong = Uint8Array.from(ping);
  pong[0] = 3;
  await control.write(pong);
  await control.write(encodeRelayMessage({ kind: "park", tokens: TOKENS }));
  await settle();
  const header = proxyV2Header("198.51.100.9:4000", "192.0.2.1:7787");
  await world.dialled[1]?.conn.write(header);
  const conn = await world.through.listener.accept();
  const there = world.through.snapshot();
  assertEquals(
    [there.address, there.state, there.why, there.roundTripMs, there.parked, there.joined],
    ["relay.example.org:7787", "attached", null, 12, 1, 1],
  );
  conn?.close();
  world.answer = "nobody";
  control.reset();
  await world.clock.advance(60_000);
  const gone = world.through.snapshot();
  assertEquals([gone.state, gone.roundTripMs, gone.joined, gone.connections], [
    "absent",
    null,
    0,
    1,
  ]);
  // Since it was lost, not since it was tried last.
  assertEquals(Date.parse(gone.since ?? "") - Date.parse(there.since ?? ""), 12);
  assert(gone.why?.reason.includes("nobody listens there"), gone.why?.reason);
  world.tasks.close();
});

Deno.test("what was joined outlives the control connection, what is parked does not", async () => {
  const world = new World();
  const control = await world.attached();
  await control.write(encodeRelayMessage({ kind: "park", tokens: TOKENS }));
  await settle();
  const [, joined, parked] = world.dialled.map(({ conn }) => conn);
  await joined?.write(proxyV2Header("198.51.100.9:4000", "192.0.2.1:7787"));
  const conn = await world.through.listener.accept();
  control.reset();
  await settle();
  assertEquals(world.through.state, "absent");
  await parked?.write(Uint8Array.of(1)).then(() => assert(false), () => {});
  await joined?.write(Uint8Array.of(1)); // it is still there
  conn?.close();
  world.tasks.close();
});

Deno.test("SNAPT comes back soon after the relay, however long that was gone, and says so once", async () => {
  const world = new World();
  const control = await world.attached();
  world.answer = "nobody";
  control.reset();
  await world.clock.advance(3_600_000);
  assertEquals(world.log.of("warn").length, 2); // it broke, and nobody listens there
  world.answer = "relay";
  await world.clock.advance(4_000);
  await world.welcome();
  assertEquals(world.through.state, "attached");
  world.tasks.close();
});

Deno.test("who is refused by the relay says why and asks again a minute later", async () => {
  const world = new World();
  world.through.start();
  await world.welcome({ kind: "refused", code: "revoked", sentence: "homepc was revoked" });
  assert(world.log.of("warn").some((line) => line.includes("homepc was revoked")));
  const before = world.dialled.length;
  await world.clock.advance(59_000);
  assertEquals(world.dialled.length, before);
  await world.clock.advance(2_000);
  assertEquals(world.dialled.length, before + 1);
  world.tasks.close();
});

Deno.test("a relay that says it was another SNAPT's turn is left alone for a while", async () => {
  const world = new World();
  const control = await world.attached();
  await control.write(encodeRelayMessage({ kind: "parting", reason: "displaced" }));
  await world.clock.advance(50_000);
  assertEquals(world.dialled.length, 1);
  assert(
    world.log.of("warn").some((line) => line.includes("another SNAPT came with the same key")),
  );
  world.tasks.close();
});

Deno.test("a relay that asks for thousands gets no more than a bound", async () => {
  const world = new World();
  const control = await world.attached();
  const tokens = Array.from({ length: 64 }, () => new Uint8Array(16));
  for (let i = 0; i < 10; i++) await control.write(encodeRelayMessage({ kind: "park", tokens }));
  await settle();
  assertEquals(world.through.parked, 256);
  world.tasks.close();
});

Deno.test("a relay that answers nothing is given up in time", async () => {
  const world = new World();
  world.through.start();
  await settle();
  await world.clock.advance(10_000);
  assertEquals(world.dialled.length, 1);
  await world.clock.advance(1_000);
  assertEquals(world.dialled.length, 2);
  world.tasks.close();
});

Deno.test("what the relay says of its limit is shown, and logged when it changes", async () => {
  const world = new World();
  const control = await world.attached();
  const hear = async (usedBytes: number, limitBytes: number) => {
    await control.write(encodeRelayMessage({ kind: "quota", usedBytes, limitBytes }));
    await settle();
    return world.through.snapshot().quota?.state ?? null;
  };
  assertEquals([await hear(1, 100), await hear(80, 100), await hear(81, 100)], [
    "free",
    "near",
    "near",
  ]);
  assertEquals([await hear(100, 100), await hear(100, 0)], ["spent", null]);
  assertEquals(world.log.of("warn").length, 2);
  world.tasks.close();
});

Deno.test("SNAPT comes anew at once when the address of its control connection is gone", async () => {
  const world = new World();
  await world.attached();
  world.through.networksChanged(new Set(["192.0.2.2", "10.0.0.7"]));
  await settle();
  assertEquals([world.through.state, world.dialled.length], ["attached", 1]);
  world.through.networksChanged(new Set(["10.0.0.7"]));
  await world.clock.advance(1);
  await world.welcome();
  assertEquals([world.through.state, world.dialled.length], ["attached", 2]);
  world.tasks.close();
});

Deno.test("SNAPT asks the relay when something has happened to its networks, and does not wait long", async () => {
  const world = new World();
  const control = await world.attached();
  control.isSilent = true;
  world.through.networksChanged(new Set(["192.0.2.2"]));
  await world.clock.advance(1_600);
  await world.welcome();
  assertEquals([world.through.state, world.dialled.length], ["attached", 2]);
  world.tasks.close();
});

Deno.test("SNAPT tries a relay at once that was not reached when it has other networks", async () => {
  const world = new World();
  world.answer = "nobody";
  world.through.start();
  await world.clock.advance(20_000);
  world.answer = "relay";
  world.through.networksChanged(new Set(["10.0.0.7"]));
  await world.clock.advance(1);
  await world.welcome();
  assertEquals(world.through.state, "attached");
  world.tasks.close();
});

Deno.test("SNAPT that comes anew is not taken for one that is there already", async () => {
  const world = new World();
  await world.attached();
  world.through.renew();
  assertEquals(world.through.state, "absent");
  world.tasks.close();
});

Deno.test("a dial over a network that is gone is not waited for", async () => {
  const world = new World();
  world.through.networksChanged(new Set(["192.0.2.2"]));
  world.through.start();
  await world.clock.advance(100);
  world.through.networksChanged(new Set(["192.0.2.2"]));
  await world.clock.advance(1);
  assertEquals(world.dialled.length, 1, "nothing is another one");
  world.through.networksChanged(new Set(["10.0.0.7"]));
  await world.clock.advance(1);
  await world.welcome();
  assertEquals([world.through.state, world.dialled.length], ["attached", 2]);
  assertEquals(world.log.of("warn"), []);
  world.tasks.close();
});
