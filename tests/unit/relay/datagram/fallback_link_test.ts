import { encodePacket, type Packet } from "../../../../lib/core/datagram/packet.ts";
import { encodeMessage } from "../../../../lib/core/wire/encode.ts";
import { FallbackLink } from "../../../../lib/relay/datagram/fallback_link.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

const PLACE = { instance: "0123456789abcdef", epoch: 4 };
const PROBE: Packet = { kind: "probe", token: 7, epoch: 1 };

/** A fallback link, and SNAPT's side of the links that it is given. */
class World {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly tasks = testTasks(this.clock, this.log);
  readonly asked: { provider: string; take: (link: Link) => void }[] = [];
  readonly received: Packet[] = [];
  isWanted = true;
  opened = 0;
  bindings = 0;
  readonly link = new FallbackLink({
    tasks: this.tasks,
    log: this.log,
    requestLink: (provider, take) => this.asked.push({ provider, take }),
    place: () => PLACE,
    nextBinding: () => ++this.bindings,
    above: () => 0,
    isWanted: () => this.isWanted,
    opened: () => this.opened += 1,
    received: (packet, answer) => {
      this.received.push(packet);
      answer({ kind: "probed", token: 9 });
    },
  });

  /** Gives it the link that was asked for last; returns the other end. */
  give(): MemoryConn {
    const [near, far] = MemoryConn.pair();
    this.asked.at(-1)?.take(new Link(near, "eth0", this.tasks));
    return far;
  }

  async bound(binding = 1): Promise<MemoryConn> {
    const far = this.give();
    await settle();
    assertEquals(
      await far.readNext(),
      encodeMessage({ kind: "bindDatagrams", ...PLACE, binding, above: 0 }),
    );
    await far.write(encodeMessage({ kind: "boundDatagrams", binding }));
    await settle();
    return far;
  }
}

function framed(packet: Packet): Uint8Array {
  const bytes = encodePacket(packet);
  return Uint8Array.of(bytes.length >>> 8, bytes.length & 0xff, ...bytes);
}

Deno.test("a fallback link is asked for once, bound, and then carries packets both ways", async () => {
  const world = new World();
  world.link.request("eth0");
  world.link.request("eth0");
  assertEquals([world.asked.length, world.link.state], [1, "requested"]);
  assertEquals(world.link.send(PROBE), null);
  const far = await world.bound();
  assertEquals([world.link.state, world.opened], ["open", 1]);
  assertEquals(world.link.send(PROBE), "sent");
  await settle();
  assertEquals(await far.readNext(), framed(PROBE));
  await far.write(framed(PROBE));
  await settle();
  assertEquals(world.received, [PROBE]);
  assertEquals(await far.readNext(), framed({ kind: "probed", token: 9 }));
  world.link.close();
});

Deno.test("a fallback link that broke is asked for again after a pause, while it is wanted", async () => {
  const world = new World();
  world.link.request("eth0");
  (await world.bound()).close();
  await settle();
  assertEquals([world.link.state, world.asked.length], ["none", 1]);
  await world.clock.advance(250);
  assertEquals(world.asked.map(({ provider }) => provider), ["eth0", "eth0"]);
  (await world.bound(2)).close();
  await settle();
  world.isWanted = false;
  await world.clock.advance(1_000);
  assertEquals(world.asked.length, 2);
});

Deno.test("a fallback link that SNAPT does not bind is closed and asked for again", async () => {
  const world = new World();
  world.link.request("eth0");
  const far = world.give();
  await settle();
  await far.write(encodeMessage({ kind: "boundDatagrams", binding: 99 }));
  await far.readNext();
  assertEquals(await far.readNext(), null);
  await world.clock.advance(250);
  assertEquals(world.asked.length, 2);
});

Deno.test("a link that comes when the fallback link was closed is closed too", async () => {
  const world = new World();
  world.link.request("eth0");
  world.link.close();
  assertEquals(await world.give().readNext(), null);
  assertEquals(world.link.state, "none");
});

Deno.test("a packet in the same segment as the answer of SNAPT is the first one of a fallback link", async () => {
  const world = new World();
  world.link.request("eth0");
  const far = world.give();
  await settle();
  const bound = encodeMessage({ kind: "boundDatagrams", binding: 1 });
  await far.write(Uint8Array.of(...bound, ...framed(PROBE)));
  await settle();
  assertEquals([world.received, world.link.state], [[PROBE], "open"]);
  world.link.close();
});

Deno.test("a link that SNAPT has not bound is given up when the session ends", async () => {
  const world = new World();
  world.link.request("eth0");
  const far = world.give();
  await far.readNext();
  world.link.close();
  world.tasks.close();
  await world.tasks.done();
  assertEquals(far.isOpen, true);
  await assertRejects(() => far.readNext(), ConnFailed);
  assertEquals([world.clock.pending, world.asked.length], [0, 1]);
});

Deno.test("a link that is needed no longer still brings what SNAPT has sent on it", async () => {
  const world = new World();
  world.link.request("eth0");
  const far = await world.bound();
  world.link.part();
  assertEquals(world.link.state, "none");
  await far.write(framed(PROBE));
  await settle();
  assertEquals(world.received, [PROBE]);
});

Deno.test("a link that is needed no longer while it is bound brings what comes behind the answer", async () => {
  const world = new World();
  world.link.request("eth0");
  const far = world.give();
  await settle();
  await far.readNext();
  world.link.part();
  await far.write(encodeMessage({ kind: "boundDatagrams", binding: 1 }));
  await far.write(framed(PROBE));
  await settle();
  assertEquals([world.received, world.link.state, world.opened], [[PROBE], "none", 0]);
  assertEquals(await far.readNext(), null, "SNAPT hears that it is to send by UDP");
});
