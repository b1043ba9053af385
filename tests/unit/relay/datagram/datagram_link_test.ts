import { encodePacket, type Packet } from "../../../../lib/core/datagram/packet.ts";
import {
  DatagramLink,
  MAX_LINK_PACKET_BYTES,
} from "../../../../lib/relay/datagram/datagram_link.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

/** A link of datagrams, what it told, and its other end. */
class World {
  readonly log = new TestLog();
  readonly clock = new VirtualClock();
  readonly tasks = testTasks(this.clock, this.log);
  readonly received: Packet[] = [];
  readonly ended: string[] = [];
  readonly far: MemoryConn;
  readonly near: MemoryConn;
  readonly link: DatagramLink;
  take = (packet: Packet): void => void this.received.push(packet);

  constructor() {
    [this.near, this.far] = MemoryConn.pair();
    this.link = new DatagramLink(this.near, this.tasks, {
      received: (packet) => this.take(packet),
      ended: (reason) => this.ended.push(reason),
    });
  }
}

function data(flow: number, bytes = 3): Packet {
  return { kind: "data", flow, payload: new Uint8Array(bytes).fill(flow) };
}

function framed(packet: Packet): Uint8Array<ArrayBuffer> {
  const bytes = encodePacket(packet);
  return Uint8Array.of(bytes.length >>> 8, bytes.length & 0xff, ...bytes);
}

Deno.test("a packet in the rest of the segment that made the link is the first one", async () => {
  const world = new World();
  const [first, second] = [framed(data(1)), framed(data(2))];
  world.link.start(Uint8Array.of(...first, ...second.subarray(0, 4)));
  await world.far.write(second.subarray(4));
  await settle();
  assertEquals(world.received, [data(1), data(2)]);
  assertEquals([world.ended, world.log.of("error")], [[], []]);
});

Deno.test("packets arrive whole and in order when they come byte by byte", async () => {
  const world = new World();
  world.link.start(new Uint8Array(0));
  for (const byte of [...framed(data(1)), ...framed(data(2, 0)), ...framed(data(3))]) {
    await world.far.write(Uint8Array.of(byte));
  }
  await settle();
  assertEquals(world.received, [data(1), data(2, 0), data(3)]);
});

Deno.test("packets are sent behind their length, in order", async () => {
  const world = new World();
  assertEquals([world.link.send(data(1)), world.link.send(data(2))], ["sent", "sent"]);
  await settle();
  const got = [...await world.far.readNext() ?? [], ...await world.far.readNext() ?? []];
  assertEquals(got, [...framed(data(1)), ...framed(data(2))]);
});

Deno.test("a packet too big for a length is not sent, and neither is one that would be late", async () => {
  const world = new World();
  assertEquals(world.link.send(data(1, MAX_LINK_PACKET_BYTES)), "tooBig");
  const outcomes = Array.from({ length: 10 }, () => world.link.send(data(1, 60_000)));
  assertEquals(outcomes.filter((outcome) => outcome === "sent").length, 4);
  assertEquals(outcomes.at(-1), "linkFull");
  await settle();
  assertEquals(world.link.send(data(1, 60_000)), "sent", "what was written makes room");
});

Deno.test("a link that the peer closes is told as ended, once, and takes nothing more", async () => {
  const world = new World();
  world.link.start(new Uint8Array(0));
  world.far.close();
  await settle();
  assertEquals([world.ended, world.near.isOpen], [["the peer closed it"], false]);
  assertEquals(world.link.send(data(1)), "linkFull");
  world.link.close();
  assertEquals(world.ended.length, 1);
});

Deno.test("what is no packet ends the link, and is no mistake of ours", async () => {
  for (const bytes of [[0, 0], [0, 2, 250, 1]]) {
    const world = new World();
    world.link.start(Uint8Array.from(bytes));
    await settle();
    assertEquals([world.ended.length, world.near.isOpen], [1, false]);
    assertEquals(world.log.of("error"), []);
  }
});

Deno.test("a mistake of ours with a packet ends the link with one line in the log", async () => {
  const world = new World();
  world.take = () => {
    throw new TypeError("planted");
  };
  world.link.start(framed(data(1)));
  await settle();
  assertEquals([world.ended, world.near.isOpen], [["planted"], false]);
  const errors = world.log.of("error");
  assert(errors.length === 1 && errors[0]?.includes("planted"), errors.join("\n"));
});

Deno.test("a link that is closed here ends without telling", async () => {
  const world = new World();
  world.link.start(new Uint8Array(0));
  world.link.close();
  await settle();
  assertEquals([world.ended, world.log.of("error")], [[], []]);
  assertEquals(await world.far.readNext(), null);
});

Deno.test("a link that is closed while it hands on a segment hands on no more of it", async () => {
  const world = new World();
  world.take = (packet) => {
    world.received.push(packet);
    world.link.close();
  };
  world.link.start(Uint8Array.of(...framed(data(1)), ...framed(data(2))));
  await settle();
  assertEquals([world.received, world.ended], [[data(1)], []]);
});

Deno.test("a link that cannot be written to is told as ended once, and is no mistake of ours", async () => {
  const world = new World();
  world.far.close();
  world.link.send(data(1));
  world.link.send(data(2));
  await settle();
  assertEquals(world.ended, ["Cannot write: it broke"]);
  assertEquals([world.near.isOpen, world.log.of("error")], [false, []]);
});

Deno.test("a link that was idle writes again", async () => {
  const world = new World();
  for (const flow of [1, 2]) {
    world.link.send(data(flow));
    await settle();
    assertEquals(await world.far.readNext(), framed(data(flow)));
  }
});

Deno.test("what still waits when a link is closed is not written", async () => {
  const world = new World();
  const written: number[] = [];
  const firstWritten = Promise.withResolvers<void>();
  world.near.write = (bytes) => {
    written.push(bytes.length);
    return firstWritten.promise;
  };
  world.link.send(data(1));
  world.link.send(data(2));
  world.link.close();
  firstWritten.resolve();
  await settle();
  assertEquals([written, world.ended], [[framed(data(1)).length], []]);
});

Deno.test("a link that parts sends what is queued, and hears the rest until the peer has ended", async () => {
  const world = new World();
  world.link.start(new Uint8Array(0));
  world.link.send(data(1));
  world.link.part();
  assertEquals(world.link.send(data(2)), "linkFull");
  await settle();
  assertEquals(await world.far.readNext(), framed(data(1)));
  assertEquals(await world.far.readNext(), null);
  await world.far.write(framed(data(3)));
  await settle();
  assertEquals([world.received, world.near.isOpen], [[data(3)], true]);
  world.far.close();
  await settle();
  assertEquals([world.ended, world.near.isOpen], [[], false], "whoever parts is told nothing");
});

Deno.test("a link whose peer has ended sends what is queued before it closes", async () => {
  const world = new World();
  world.link.start(new Uint8Array(0));
  world.link.send(data(1));
  world.link.send(data(2));
  await world.far.closeWrite();
  await settle();
  assertEquals(await world.far.readNext(), framed(data(1)));
  assertEquals(await world.far.readNext(), framed(data(2)));
  assertEquals([world.ended, world.near.isOpen], [["the peer closed it"], false]);
});

Deno.test("a parting waits no longer than two seconds, and not for a session that is over", async () => {
  for (const end of ["time", "session"] as const) {
    const world = new World();
    world.link.start(new Uint8Array(0));
    world.link.part();
    await world.clock.advance(1_900);
    assertEquals(world.near.isOpen, true);
    if (end === "time") await world.clock.advance(200);
    else world.tasks.close();
    await settle();
    assertEquals(world.near.isOpen, false);
  }
});
