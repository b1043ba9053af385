import type { DropReason } from "../../../../lib/core/datagram/drop_counters.ts";
import { decodePacket, encodePacket, type Packet } from "../../../../lib/core/datagram/packet.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { descriptors } from "../../../../lib/net/descriptor_budget.ts";
import { loadSodium } from "../../../../lib/relay/datagram/sealing/chacha20_poly1305.ts";
import { DatagramSeal } from "../../../../lib/relay/datagram/sealing/datagram_seal.ts";
import { DatagramSignature } from "../../../../lib/relay/datagram/sealing/datagram_signature.ts";
import { packetOf, SealedWay, SignedWay } from "../../../../lib/relay/datagram/udp_way.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle } from "../../../virtual_clock.ts";
import { keysOf } from "./kit/datagram_ends.ts";
import { eventually } from "./kit/eventually.ts";
import { bytesOf } from "./kit/flow_parts.ts";
import { UdpEnd } from "./kit/udp_end.ts";

await loadSodium();

const DATA: Packet = { kind: "data", flow: 7, payload: bytesOf("hello") };
const PROBE: Packet = { kind: "probe", token: 5, epoch: 2 };

/** What a way to `peer` tells, and a promise of its next word. */
function heardOf(peer: UdpEnd) {
  const packets: Packet[] = [];
  const drops: DropReason[] = [];
  const context = {
    peer: peer.endpoint,
    via: { kind: "any" } as const,
    tasks: testTasks(),
    events: {
      received: (packet: Packet, answer: (packet: Packet) => void) => {
        packets.push("payload" in packet ? { ...packet, payload: packet.payload.slice() } : packet);
        if (packet.kind === "probe") answer({ kind: "probed", token: packet.token });
      },
      dropped: (reason: DropReason) => void drops.push(reason),
      notSent: () => {},
    },
  };
  return { context, packets, drops };
}

Deno.test("a sealed way has one socket for all flows, and answers on the way on which a packet came", async () => {
  await using peer = new UdpEnd();
  const { cnapt, snapt } = keysOf("sealed");
  const seal = new DatagramSeal(snapt);
  const heard = heardOf(peer);
  const way = new SealedWay(new DatagramSeal(cnapt), heard.context);
  way.send(DATA);
  way.send({ ...DATA, flow: 8 });
  const [first, second] = [await peer.hear(0), await peer.hear(1)];
  assertEquals(first.from.key, second.from.key);
  const opened = seal.open(first.bytes);
  assert(opened.kind === "opened");
  assertEquals(decodePacket(opened.packet.slice()), DATA);
  const probe = new Uint8Array(seal.seal(PROBE));
  peer.socket.send(probe, first.from);
  await peer.hear(2);
  peer.socket.send(probe, first.from);
  peer.socket.send(bytesOf("what anybody sends, as long as a datagram"), first.from);
  await eventually(() => heard.drops.length === 2);
  assertEquals([heard.packets, heard.drops[0]], [[PROBE], "replayed"]);
  way.close();
  await settle();
});

Deno.test("a signed way has a socket for each flow, and its payload goes untouched", async () => {
  await using peer = new UdpEnd();
  await using stranger = new UdpEnd();
  const { cnapt, snapt } = keysOf("signed");
  const signature = new DatagramSignature(snapt);
  const heard = heardOf(peer);
  const way = new SignedWay(new DatagramSignature(cnapt), heard.context);
  way.send(DATA);
  way.send({ ...DATA, flow: 8 });
  way.send(PROBE);
  const got = [await peer.hear(0), await peer.hear(1), await peer.hear(2)];
  assertEquals(new Set(got.map(({ from }) => from.port)).size, 3);
  const seven = got.find(({ bytes }) => new TextDecoder().decode(bytes) === "hello")?.from;
  assert(seven !== undefined);
  peer.socket.send(bytesOf("answer"), seven);
  await eventually(() => heard.packets.length === 1);
  const [answered] = heard.packets;
  assert(answered?.kind === "data");
  assertEquals(new TextDecoder().decode(answered.payload), "answer");
  stranger.socket.send(bytesOf("x"), seven);
  await eventually(() => heard.drops.length === 1);
  stranger.socket.send(signature.sign(PROBE), seven);
  await eventually(() => heard.packets.length === 2);
  assertEquals([heard.drops, heard.packets[1]], [["stranger"], PROBE]);
  const probing = got.find(({ bytes }) => signature.verify(bytes).kind === "signed")?.from;
  assert(probing !== undefined);
  peer.socket.send(bytesOf("payload of no flow"), probing);
  await eventually(() => heard.drops.length === 2);
  assertEquals([heard.drops[1], heard.packets.length], ["stranger", 2]);
  way.close();
  await settle();
});

Deno.test("a flow that is forgotten has another socket when it sends again", async () => {
  await using peer = new UdpEnd();
  const heard = heardOf(peer);
  const way = new SignedWay(new DatagramSignature(keysOf("signed").cnapt), heard.context);
  way.send(DATA);
  const first = await peer.hear(0);
  way.forget(7);
  way.forget(99);
  way.send(DATA);
  const second = await peer.hear(1);
  assert(first.from.port !== second.from.port);
  way.close();
  await settle();
});

Deno.test("packetOf reads a packet, and gives null for what is none", () => {
  assertEquals(packetOf(encodePacket(PROBE)), PROBE);
  assertEquals([packetOf(Uint8Array.of(250, 1)), packetOf(new Uint8Array(0))], [null, null]);
});

Deno.test("a flow gets no socket that is kept for others, and whether UDP gets through is asked all the same", async () => {
  await using peer = new UdpEnd();
  const { cnapt } = keysOf("signed");
  const way = new SignedWay(new DatagramSignature(cnapt), heardOf(peer).context);
  // For a moment nothing is opened for applications, as the system has just refused something.
  descriptors().noteRefusal(Object.assign(new Error("no descriptors"), { code: "EMFILE" }));
  assertEquals(assertThrows(() => way.send(DATA), ConnFailed).code, "exhausted");
  way.send(PROBE);
  await peer.hear(0);
  way.close();
});
