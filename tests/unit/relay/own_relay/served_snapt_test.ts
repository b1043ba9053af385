import { decodeRelayMessage } from "../../../../lib/core/relay/relay_messages.ts";
import { proxyV2Header } from "../../../../lib/core/proxy/proxy_v2.ts";
import { numberInToken } from "../../../../lib/relay/own_relay/numbered_token.ts";
import { ServedSnapt } from "../../../../lib/relay/own_relay/served_snapt.ts";
import { SnaptRecord } from "../../../../lib/relay/own_relay/snapt_record.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

const HELLO = Uint8Array.of(22, 3, 1, 9);
const HEADER = proxyV2Header("192.0.2.7:5", "192.0.2.1:7787");

/** A relay's side of one SNAPT, and the SNAPT, over connections in memory. */
class World {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly tasks = TaskGroup.root(this.clock, this.log);
  #random = 1;
  /** Tokens that the relay has asked for and that were not parked. */
  readonly tokens: Uint8Array[] = [];
  over = 0;
  monthBytes: number | null = null;
  readonly record = new SnaptRecord("homepc");
  readonly served = new ServedSnapt({
    record: this.record,
    monthLimit: () => this.monthBytes,
    number: 0x01020304,
    limits: { parked: 2, connections: 9, waitMs: 5_000, askedMs: 9_000, bytesPerSecond: null },
    tasks: this.tasks,
    log: this.log,
    random: (count) => new Uint8Array(count).fill(this.#random++),
  });

  async attach(from = "192.0.2.9:5"): Promise<MemoryConn> {
    const [control, controlHere] = MemoryConn.pair(from, "192.0.2.1:7787");
    this.tasks.run("attach", () => this.served.attach(controlHere).catch(() => {}));
    await settle();
    return control;
  }

  /** Reads one message of the relay. */
  async heard(control: MemoryConn) {
    const message = decodeRelayMessage(await control.readNext() ?? new Uint8Array(0));
    if (message.kind === "park") this.tokens.push(...message.tokens);
    return message;
  }

  /** Parks one connection: SNAPT's end of it. */
  async park(): Promise<MemoryConn> {
    const token = this.tokens.shift();
    assert(token !== undefined);
    assertEquals(this.served.isAsked(token.toHex()), true);
    const [snapt, here] = MemoryConn.pair();
    this.served.parked(token.toHex(), here);
    await settle();
    return snapt;
  }

  /** Attached, with two parked. */
  async ready() {
    const control = await this.attach();
    await this.heard(control);
    return { control, parked: [await this.park(), await this.park()] as const };
  }

  async call(): Promise<MemoryConn> {
    const [caller, here] = MemoryConn.pair("192.0.2.7:5", "192.0.2.1:7787");
    this.served.call(here, HELLO, () => this.over += 1);
    await settle();
    return caller;
  }
}

Deno.test("the log has the address of an IPv4 SNAPT as people write it", async () => {
  const world = new World();
  await world.attach("[::ffff:203.0.113.10]:54614");
  assert(world.log.of("info")[0]?.includes("203.0.113.10:54614"), world.log.lines.join());
  assert(!world.log.lines.join().includes("ffff"), world.log.lines.join());
});

Deno.test("tokens say whose they are, and are good once", async () => {
  const world = new World();
  const control = await world.attach();
  assertEquals((await world.heard(control)).kind, "park");
  const [token] = world.tokens;
  assert(token !== undefined);
  assertEquals(numberInToken(token), 0x01020304);
  await world.park();
  assertEquals(world.served.isAsked(token.toHex()), false);
});

Deno.test("a caller's bytes reach what is parked behind its source, and answers come back", async () => {
  const world = new World();
  const { control, parked: [, newest] } = await world.ready();
  const caller = await world.call();
  assertEquals(await newest.readNext(), Uint8Array.of(...HEADER, ...HELLO));
  await newest.write(Uint8Array.of(1, 2, 3));
  const back = new Uint8Array(3);
  for (let at = 0; at < 3;) at += await caller.read(back.subarray(at)) ?? 9;
  assertEquals(back, Uint8Array.of(1, 2, 3));
  assertEquals((await world.heard(control)).kind, "park"); // one more
  caller.close();
  newest.close();
  await settle();
  assertEquals([world.over, world.served.counts.joined], [1, 0]);
  const { connections, carriedBytes } = world.record;
  assertEquals([connections, carriedBytes], [1, { snapt: HELLO.length, caller: 3 }]);
});

Deno.test("a parked connection that is dead costs the caller nothing", async () => {
  const world = new World();
  const { parked: [oldest, newest] } = await world.ready();
  newest.isSilent = true; // its end is not seen before it is used
  const caller = await world.call();
  newest.isSilent = false;
  newest.reset();
  await settle();
  assertEquals(await oldest.readNext(), Uint8Array.of(...HEADER, ...HELLO));
  await oldest.write(Uint8Array.of(1));
  assertEquals(await caller.readNext(), Uint8Array.of(1));
  caller.close();
  oldest.close();
  await settle();
  assertEquals(world.over, 1);
});

Deno.test("a parked connection on which something comes before a caller has it is closed", async () => {
  const world = new World();
  const { parked: [oldest] } = await world.ready();
  await oldest.write(Uint8Array.of(1));
  await settle();
  assertEquals(world.served.counts.parked, 1);
  await assertRejects(() => oldest.readNext());
});

Deno.test("SNAPT comes again with the same key: what is joined goes on, the older one parts", async () => {
  const world = new World();
  const { control, parked: [oldest, newest] } = await world.ready();
  const caller = await world.call();
  await newest.readNext();
  await newest.write(Uint8Array.of(1));
  await caller.readNext();
  await world.heard(control);
  const other = await world.attach("192.0.2.8:6");
  assertEquals(await world.heard(control), { kind: "parting", reason: "displaced" });
  assertEquals((await world.heard(other)).kind, "park");
  await assertRejects(() => oldest.readNext());
  await newest.write(Uint8Array.of(2));
  assertEquals(await caller.readNext(), Uint8Array.of(2));
  assertEquals(world.record.from, "192.0.2.8:6");
});

Deno.test("who was joined to what has not said a word gets another when SNAPT comes anew", async () => {
  const world = new World();
  const { parked: [, newest] } = await world.ready();
  const caller = await world.call();
  await newest.readNext(); // and says nothing: its network is gone
  world.tokens.length = 0;
  const other = await world.attach();
  assertEquals((await world.heard(other)).kind, "park");
  const fresh = await world.park();
  assertEquals(await fresh.readNext(), Uint8Array.of(...HEADER, ...HELLO));
  await fresh.write(Uint8Array.of(1));
  assertEquals(await caller.readNext(), Uint8Array.of(1));
  caller.close();
  fresh.close();
  await settle();
  assertEquals(world.over, 1);
});

Deno.test("a revoked SNAPT hears it, and all that it has is reset", async () => {
  const world = new World();
  const { control, parked: [oldest, newest] } = await world.ready();
  const caller = await world.call();
  await newest.readNext();
  await newest.write(Uint8Array.of(1));
  await caller.readNext();
  await world.heard(control);
  world.served.revoke();
  assertEquals(await world.heard(control), { kind: "parting", reason: "revoked" });
  for (const conn of [oldest, newest, caller]) await assertRejects(() => conn.readNext());
  await settle();
  assertEquals([world.over, world.served.isIdle], [1, true]);
});

Deno.test("a SNAPT that says what only a relay says is parted from", async () => {
  const world = new World();
  const { control } = await world.ready();
  await control.write(Uint8Array.of(4, 0, 1, 0));
  await settle();
  assertEquals(world.record.from, null);
  assertEquals(world.served.counts.parked, 0);
});

Deno.test("what is joined ends when the month is used up, and SNAPT stays and hears it", async () => {
  const world = new World();
  const { control, parked: [oldest, newest] } = await world.ready();
  const caller = await world.call();
  await newest.readNext();
  await newest.write(Uint8Array.of(1));
  await caller.readNext();
  await world.heard(control);
  world.monthBytes = 3;
  world.served.tick();
  const usedBytes = HELLO.length + 1;
  assertEquals(await world.heard(control), { kind: "quota", usedBytes, limitBytes: 3 });
  for (const conn of [oldest, newest, caller]) await assertRejects(() => conn.readNext());
  assertEquals(world.record.from !== null, true);
  await world.call();
  assertEquals(world.record.refused.spent, 1);
  world.monthBytes = null;
  world.served.tick();
  assertEquals((await world.heard(control)).kind, "park");
  assertEquals(await world.heard(control), { kind: "quota", usedBytes, limitBytes: 0 });
});
