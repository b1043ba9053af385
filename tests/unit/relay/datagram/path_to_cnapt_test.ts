import type { DropReason } from "../../../../lib/core/datagram/drop_counters.ts";
import {
  decodePacket,
  encodePacket,
  type FlowPacket,
  type Packet,
} from "../../../../lib/core/datagram/packet.ts";
import type { DatagramPath } from "../../../../lib/net/datagram_listener.ts";
import { endpointOf } from "../../../../lib/net/endpoint.ts";
import { DatagramLink } from "../../../../lib/relay/datagram/datagram_link.ts";
import { PathToCnapt } from "../../../../lib/relay/datagram/path_to_cnapt.ts";
import { loadSodium } from "../../../../lib/relay/datagram/sealing/chacha20_poly1305.ts";
import { DatagramSeal } from "../../../../lib/relay/datagram/sealing/datagram_seal.ts";
import { DatagramSignature } from "../../../../lib/relay/datagram/sealing/datagram_signature.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";
import { keysOf } from "./kit/datagram_ends.ts";
import { bytesOf } from "./kit/flow_parts.ts";
import { UdpEnd } from "./kit/udp_end.ts";

await loadSodium();

const LARGE = new Uint8Array(1_000);

/** The path of a session, and CNAPT at several addresses. */
class World implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly received: FlowPacket[] = [];
  readonly drops: DropReason[] = [];
  readonly released: (number | null)[] = [];
  readonly bound: [string, number | null][] = [];
  readonly sent: { bytes: Uint8Array<ArrayBuffer>; to: string }[] = [];
  /** Whether there is a flow for what comes. */
  isKnown = true;
  readonly path: PathToCnapt;
  /** Nothing is sent by it; a path only needs to have one. */
  readonly #end = new UdpEnd();

  constructor(protection: "sealed" | "signed") {
    this.path = new PathToCnapt(keysOf(protection).snapt, this.clock, {
      received: (packet) => {
        this.received.push(packet);
        return this.isKnown;
      },
      dropped: (reason) => this.drops.push(reason),
      released: (flow) => this.released.push(flow),
      send: (bytes, to) => this.sent.push({ bytes: new Uint8Array(bytes), to: to.key }),
      bindAddress: (address, flow) => this.bound.push([address.key, flow]),
    });
  }

  at(host: string): DatagramPath {
    return { key: host, peer: endpointOf(host, 9), socket: this.#end.socket };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end[Symbol.asyncDispose]();
  }
}

function data(flow: number, payload: Uint8Array): FlowPacket {
  return { kind: "data", flow, payload };
}

function bind(flow: number, epoch: number): Packet {
  const target = { kind: "service", name: "dns" } as const;
  return { kind: "bind", flow, epoch, target, source: "127.0.0.1:5000", payload: bytesOf("q") };
}

Deno.test("an address gets three times what it sent until it has proved that it is there", async () => {
  await using world = new World("sealed");
  const cnapt = new DatagramSeal(keysOf("sealed").cnapt);
  world.path.sealedReceived(cnapt.seal(bind(1, 0)), world.at("192.0.2.1"));
  assertEquals([world.received.length, world.sent.length], [1, 1]);
  assertEquals(world.path.send(data(1, LARGE)), false);
  const opened = cnapt.open(world.sent[0]?.bytes ?? new Uint8Array());
  assert(opened.kind === "opened");
  const question = decodePacket(opened.packet.slice());
  assert(question.kind === "probe");
  world.released.length = 0;
  const proof: Packet = { kind: "probed", token: question.token };
  world.path.sealedReceived(cnapt.seal(proof), world.at("192.0.2.1"));
  assertEquals([world.released, world.path.send(data(1, LARGE))], [[null], true]);
});

Deno.test("sealed datagrams go to where the newest authentic one came from", async () => {
  await using world = new World("sealed");
  const cnapt = new DatagramSeal(keysOf("sealed").cnapt);
  const old = new Uint8Array(cnapt.seal(bind(1, 0)));
  world.path.sealedReceived(cnapt.seal(bind(1, 0)), world.at("192.0.2.2"));
  world.path.sealedReceived(old, world.at("192.0.2.1"));
  world.sent.length = 0;
  world.path.send(data(1, bytesOf("a")));
  assertEquals(world.sent.map(({ to }) => to), ["192.0.2.2"]);
  world.path.sealedReceived(old, world.at("192.0.2.66"));
  world.path.sealedReceived(new Uint8Array(40), world.at("192.0.2.66"));
  assertEquals([world.drops.length, world.drops[0]], [2, "replayed"]);
});

Deno.test("without a control link everything is held until CNAPT is heard in the new epoch", async () => {
  await using world = new World("sealed");
  const cnapt = new DatagramSeal(keysOf("sealed").cnapt);
  world.path.sealedReceived(cnapt.seal(bind(1, 0)), world.at("192.0.2.1"));
  world.path.suspend();
  assertEquals([world.path.way, world.path.send(data(1, bytesOf("a")))], ["held", false]);
  world.path.resume(4);
  assertEquals([world.path.way, world.path.send(data(1, bytesOf("a")))], ["held", false]);
  world.released.length = 0;
  world.path.sealedReceived(cnapt.seal(bind(1, 4)), world.at("192.0.2.7"));
  assertEquals([world.path.way, world.released], ["udp", [null]]);
  assertEquals(world.path.send(data(1, bytesOf("a"))), true);
  assertEquals(world.sent.at(-1)?.to, "192.0.2.7");
});

Deno.test("with untouched payload each flow has an address of its own, and an address one flow", async () => {
  await using world = new World("signed");
  const cnapt = new DatagramSignature(keysOf("signed").cnapt);
  const from = world.at("192.0.2.1");
  assertEquals(world.path.signedReceived(cnapt.sign(bind(1, 0)), from, null), true);
  assertEquals(world.path.signedReceived(cnapt.sign(bind(2, 0)), from, 1), true);
  assertEquals(world.bound, [["192.0.2.1", 1], ["192.0.2.1", null], ["192.0.2.1", 2]]);
  world.sent.length = 0;
  assertEquals([world.path.send(data(1, bytesOf("a"))), world.path.send(data(2, bytesOf("b")))], [
    false,
    true,
  ]);
  assertEquals(new TextDecoder().decode(world.sent[0]?.bytes), "b");
  assertEquals(world.path.signedReceived(bytesOf("payload of someone"), from, 2), false);
  world.path.payloadReceived(2, bytesOf("c"));
  assertEquals(world.received.at(-1), data(2, bytesOf("c")));
  world.path.forget(2);
  assertEquals([world.bound.at(-1), world.path.send(data(2, bytesOf("b")))], [
    ["192.0.2.1", null],
    false,
  ]);
});

/** The token of the newest question that SNAPT has sent. */
function questionOf(world: World): number {
  const signature = new DatagramSignature(keysOf("signed").cnapt);
  const verified = signature.verify(world.sent.at(-1)?.bytes ?? new Uint8Array());
  assert(verified.kind === "signed");
  const packet = decodePacket(verified.packet.slice());
  assert(packet.kind === "probe");
  return packet.token;
}

Deno.test("an address of another session is taken by nobody who does not answer from there", async () => {
  await using world = new World("signed");
  const cnapt = new DatagramSignature(keysOf("signed").cnapt);
  const from = world.at("192.0.2.1");
  world.path.signedReceived(cnapt.sign(bind(1, 0)), from, null, true);
  assertEquals([world.bound, world.sent.length], [[], 1]);
  const token = questionOf(world);
  assertEquals(world.path.send(data(1, bytesOf("a"))), false);
  const wrong: Packet = { kind: "probed", token: (token + 1) % 2 ** 32 };
  world.path.signedReceived(cnapt.sign(wrong), from, null, true);
  const elsewhere: Packet = { kind: "probed", token };
  world.path.signedReceived(cnapt.sign(elsewhere), world.at("192.0.2.66"), null);
  assertEquals(world.bound, []);
  world.path.signedReceived(cnapt.sign({ kind: "probed", token }), from, null, true);
  assertEquals([world.bound, world.path.send(data(1, LARGE))], [[["192.0.2.1", 1]], true]);
});

Deno.test("a flow that has ended claims no address of another session any more", async () => {
  await using world = new World("signed");
  const cnapt = new DatagramSignature(keysOf("signed").cnapt);
  const from = world.at("192.0.2.1");
  world.path.signedReceived(cnapt.sign(bind(1, 0)), from, null, true);
  const token = questionOf(world);
  world.path.forget(1);
  world.path.signedReceived(cnapt.sign({ kind: "probed", token }), from, null, true);
  assertEquals(world.bound, []);
});

Deno.test("a flow whose address is another session's now sends nothing there", async () => {
  await using world = new World("signed");
  const cnapt = new DatagramSignature(keysOf("signed").cnapt);
  world.path.signedReceived(cnapt.sign(bind(1, 0)), world.at("192.0.2.1"), null);
  world.path.displaced(1);
  assertEquals(world.path.send(data(1, bytesOf("a"))), false);
  world.path.forget(1);
  assertEquals(world.bound, [["192.0.2.1", 1]], "the address is not given up a second time");
});

Deno.test("a signed datagram that comes again is counted, and no payload", async () => {
  await using world = new World("signed");
  const cnapt = new DatagramSignature(keysOf("signed").cnapt);
  const signed = cnapt.sign(bind(1, 0));
  world.path.signedReceived(signed, world.at("192.0.2.1"), null);
  assertEquals(world.path.signedReceived(signed, world.at("192.0.2.66"), null), true);
  assertEquals([world.drops, world.received.length], [["replayed"], 1]);
});

/** A link, its connection, and the other end of that. */
function linkOf(world: World) {
  const [near, far] = MemoryConn.pair();
  const link = new DatagramLink(near, testTasks(world.clock, new TestLog()), {
    received: () => {},
    ended: () => {},
  });
  return { link, near, far };
}

Deno.test("a link carries everything as long as it is there, and another takes its place", async () => {
  await using world = new World("sealed");
  const [first, second] = [linkOf(world), linkOf(world)];
  world.path.useLink(first.link);
  assertEquals([world.path.way, world.released], ["link", [null]]);
  world.path.useLink(second.link);
  assertEquals(first.near.isOpen, false, "the link before is closed");
  world.path.linkEnded(first.link);
  assertEquals(world.path.way, "link", "the end of the link before says nothing");
  assertEquals(world.path.send(data(1, bytesOf("a"))), true);
  await settle();
  const packet = encodePacket(data(1, bytesOf("a")));
  assertEquals(await second.far.readNext(), Uint8Array.of(0, packet.length, ...packet));
  world.path.linkEnded(second.link);
  assertEquals([world.path.way, world.sent], ["udp", []]);
});

Deno.test("what fits no datagram goes by a link of its own, which is asked for", async () => {
  await using world = new World("sealed");
  const cnapt = new DatagramSeal(keysOf("sealed").cnapt);
  const received = (packet: Packet) =>
    world.path.sealedReceived(cnapt.seal(packet), world.at("192.0.2.1"));
  received({ kind: "probe", token: 1, epoch: 0 });
  world.sent.length = 0;
  world.path.didNotFit(700);
  const opened = cnapt.open(world.sent[0]?.bytes ?? new Uint8Array());
  assertEquals(opened.kind === "opened" && decodePacket(opened.packet), { kind: "tooLarge" });
  assertEquals(world.path.send(data(1, LARGE)), true);
  assertEquals(world.drops, ["tooBig"]);
  const { link, far } = linkOf(world);
  world.path.useLink(link, 699);
  world.path.send(data(1, LARGE));
  await settle();
  assertEquals((await far.readNext())?.length, 2 + 5 + LARGE.length);
  assertEquals(world.path.way, "udp", "all else still goes by UDP");
});

Deno.test("what a link does not take is counted and not held", async () => {
  await using world = new World("sealed");
  const { link } = linkOf(world);
  world.path.useLink(link);
  assertEquals(world.path.send(data(1, new Uint8Array(70_000))), true);
  assertEquals(world.drops, ["tooBig"]);
  world.path.suspend();
  assertEquals([link.send(data(1, bytesOf("a"))), world.path.way], ["linkFull", "held"]);
});

Deno.test("an untouched flow is held until it is bound in the new epoch", async () => {
  await using world = new World("signed");
  const cnapt = new DatagramSignature(keysOf("signed").cnapt);
  world.path.signedReceived(cnapt.sign(bind(1, 0)), world.at("192.0.2.1"), null);
  world.path.signedReceived(cnapt.sign(bind(2, 0)), world.at("192.0.2.2"), null);
  world.path.suspend();
  world.path.resume(4);
  world.path.signedReceived(cnapt.sign(bind(2, 4)), world.at("192.0.2.7"), null);
  assertEquals([world.path.send(data(1, bytesOf("a"))), world.path.send(data(2, bytesOf("b")))], [
    false,
    true,
  ]);
  assertEquals(world.sent.at(-1)?.to, "192.0.2.7");
});

Deno.test("the address of a bind that is refused is bound to nothing", async () => {
  await using world = new World("signed");
  const cnapt = new DatagramSignature(keysOf("signed").cnapt);
  world.isKnown = false;
  world.path.signedReceived(cnapt.sign(bind(1, 0)), world.at("192.0.2.1"), null);
  assertEquals([world.received.length, world.bound, world.sent], [1, [], []]);
  assertEquals(world.path.send(data(1, bytesOf("a"))), false);
});

Deno.test("through a relay nothing is sent but the question, until the relay is told of the proof", async () => {
  await using world = new World("sealed");
  const cnapt = new DatagramSeal(keysOf("sealed").cnapt);
  let proofs = 0;
  const place = { ...world.at("place 7"), relayed: { proven: () => proofs += 1 } };
  const probe = cnapt.seal({ kind: "probe", token: 5, epoch: 0 }).slice();
  world.path.sealedReceived(probe, place);
  // As much as has come, and no more than that.
  assertEquals(world.sent.map(({ bytes }) => bytes.length), [probe.length]);
  const opened = cnapt.open(world.sent[0]?.bytes ?? new Uint8Array());
  assert(opened.kind === "opened");
  const question = decodePacket(opened.packet.slice());
  assert(question.kind === "probe");
  assertEquals(world.path.send(data(1, bytesOf("a"))), false);
  assertEquals(proofs, 0);
  world.path.sealedReceived(cnapt.seal({ kind: "probed", token: question.token }), place);
  assertEquals(proofs, 1);
  assertEquals(world.path.send(data(1, LARGE)), true);
});
