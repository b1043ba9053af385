import { decodePacket, type Packet } from "../../../../lib/core/datagram/packet.ts";
import type { Protection } from "../../../../lib/core/wire/datagram_messages.ts";
import {
  CALL_HEAD_BYTES,
  decodeRelayDatagram,
} from "../../../../lib/core/relay/relay_datagrams.ts";
import { encodeMessage } from "../../../../lib/core/wire/encode.ts";
import { CnaptDatagrams } from "../../../../lib/relay/datagram/cnapt_datagrams.ts";
import { CnaptFlows } from "../../../../lib/relay/datagram/cnapt_flows.ts";
import { loadSodium } from "../../../../lib/relay/datagram/sealing/chacha20_poly1305.ts";
import { DatagramSeal } from "../../../../lib/relay/datagram/sealing/datagram_seal.ts";
import { DatagramSignature } from "../../../../lib/relay/datagram/sealing/datagram_signature.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import { ALL_SERVICES, type RuleOf } from "../../../../lib/core/decision/service_rule.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";
import { KEY, keysOf, offerOf } from "./kit/datagram_ends.ts";
import { eventually } from "./kit/eventually.ts";
import { bytesOf, HeardApplication } from "./kit/flow_parts.ts";
import { UdpEnd } from "./kit/udp_end.ts";

await loadSodium();

const INSTANCE = "0123456789abcdef";
const PROVIDER = { key: "eth0", via: { kind: "any" } } as const;

/** The datagrams of a session towards a SNAPT that is a socket. */
function made(protection: Protection = "sealed", ruleOf: RuleOf = () => ALL_SERVICES) {
  const clock = new VirtualClock();
  const log = new TestLog();
  const tasks = testTasks(clock, log);
  const flows = new CnaptFlows({ limit: 16, tasks, log });
  const wanted: ((link: Link) => void)[] = [];
  const heard: string[] = [];
  const datagrams = new CnaptDatagrams(offerOf(protection), {
    flows,
    key: KEY,
    instance: INSTANCE,
    tasks,
    log,
    ruleOf,
    requestLink: (_provider, take) => wanted.push(take),
    heard: () => heard.push("heard"),
  });
  datagrams.start();
  const application = new HeardApplication();
  const flow = flows.open({ kind: "service", name: "dns" }, "127.0.0.1:5000", application);
  assert(flow !== null);
  const end = async () => {
    datagrams.close();
    flows.closeAll();
    await clock.advance(2_000);
    await settle();
  };
  return { clock, log, tasks, flows, flow, wanted, heard, datagrams, application, end };
}

function openedBy(seal: DatagramSeal, bytes: Uint8Array): Packet {
  const opened = seal.open(bytes);
  assert(opened.kind === "opened");
  return decodePacket(opened.packet.slice());
}

Deno.test("a network is asked whether UDP gets through, and carries flows meanwhile", async () => {
  await using snapt = new UdpEnd();
  const world = made();
  world.datagrams.use(PROVIDER, snapt.endpoint.key, 3);
  world.flows.send(world.flow, bytesOf("a"));
  const seal = new DatagramSeal(keysOf("sealed").snapt);
  const packets = [
    openedBy(seal, (await snapt.hear(0)).bytes),
    openedBy(seal, (await snapt.hear(1)).bytes),
  ];
  assertEquals(packets.map(({ kind }) => kind).sort(), ["bind", "probe"]);
  assertEquals(packets.every((packet) => "epoch" in packet && packet.epoch === 3), true);
  assertEquals(world.datagrams.way, "sealed");
  await world.end();
});

Deno.test("through a relay nothing is given to UDP before that has answered", async () => {
  await using snapt = new UdpEnd();
  const world = made();
  const seal = new DatagramSeal(keysOf("sealed").snapt);
  world.datagrams.use(PROVIDER, snapt.endpoint.key, 1, 7n);
  world.flows.send(world.flow, bytesOf("a"));
  assertEquals([world.datagrams.way, world.wanted.length], ["held", 1]);
  const asked = await snapt.hear(0);
  const called = decodeRelayDatagram(asked.bytes);
  assert(called?.kind === "call" && called.route === 7n);
  const probe = openedBy(seal, called.sealed);
  assert(probe.kind === "probe");
  snapt.socket.send(seal.seal({ kind: "probed", token: probe.token }), asked.from);
  const bound = (await snapt.hear(1)).bytes.subarray(CALL_HEAD_BYTES);
  assertEquals(openedBy(seal, bound).kind, "bind");
  assertEquals(world.datagrams.way, "sealed");

  world.datagrams.use({ ...PROVIDER, key: "wlan0" }, snapt.endpoint.key, 2, 7n);
  assertEquals(world.datagrams.way, "sealed"); // the relay has UDP, and so have nearly all networks
  await world.end();
});

Deno.test("flows ride a link where no probe is answered, and the network is remembered", async () => {
  await using nobody = new UdpEnd();
  const world = made();
  world.datagrams.use(PROVIDER, nobody.endpoint.key, 1);
  assertEquals(world.wanted.length, 0);
  await world.clock.advance(2_000);
  assertEquals([world.datagrams.way, world.wanted.length], ["held", 1]);
  assertEquals([...world.flows.blocked], ["eth0"]);
  assertEquals(world.log.of("warn").length, 1);
  const [near, far] = MemoryConn.pair();
  world.wanted[0]?.(new Link(near, "eth0", world.tasks));
  await settle();
  const bind = {
    kind: "bindDatagrams",
    instance: INSTANCE,
    epoch: 1,
    binding: 1,
    above: 0,
  } as const;
  assertEquals(await far.readNext(), encodeMessage(bind));
  await far.write(encodeMessage({ kind: "boundDatagrams", binding: 1 }));
  await settle();
  assertEquals(world.datagrams.way, "link");
  world.datagrams.suspend();
  assertEquals(world.datagrams.way, "held");
  await world.end();
});

Deno.test("an address that is none is said, and the flows ride a link at once", async () => {
  const world = made();
  world.datagrams.use(PROVIDER, "unix:/run/snapt", 1);
  assertEquals([world.datagrams.way, world.wanted.length], ["held", 1]);
  assert(world.log.of("warn")[0]?.includes("udp-unavailable"));
  await world.end();
  assertEquals(world.log.of("error"), []);
});

Deno.test("only data on the way in use says that the path is well, and the way before is heard for 2 s", async () => {
  await using before = new UdpEnd();
  await using after = new UdpEnd();
  const world = made();
  const { application, flow, heard } = world;
  const seal = new DatagramSeal(keysOf("sealed").snapt);
  const say = (text: string) =>
    new Uint8Array(seal.seal({ kind: "data", flow: flow.number, payload: bytesOf(text) }));
  world.datagrams.use(PROVIDER, before.endpoint.key, 3);
  const { from } = await before.hear(0);
  before.socket.send(new Uint8Array(seal.seal({ kind: "bound", flow: flow.number })), from);
  await eventually(() => flow.state === "bound");
  assertEquals(heard.length, 0);
  before.socket.send(say("a"), from);
  await eventually(() => application.heard.length === 1);
  assertEquals(heard.length, 1);
  world.datagrams.use(PROVIDER, after.endpoint.key, 4);
  await world.clock.advance(1_999);
  before.socket.send(say("b"), from);
  await eventually(() => application.heard.length === 2);
  assertEquals(heard.length, 1);
  await world.end();
});

Deno.test("what may be carried is asked of the rule of the network in use", async () => {
  await using snapt = new UdpEnd();
  const noDns: RuleOf = (key) =>
    key === "lte" ? { kind: "allBut", names: new Set(["dns"]) } : ALL_SERVICES;
  const world = made("sealed", noDns);
  const dns = { kind: "service", name: "dns" } as const;
  world.datagrams.use({ ...PROVIDER, key: "lte" }, snapt.endpoint.key, 1);
  assertEquals(world.datagrams.mayCarry(dns), false);
  assertEquals(world.datagrams.mayCarry({ ...dns, name: "ntp" }), true);
  world.datagrams.use(PROVIDER, snapt.endpoint.key, 2);
  assertEquals(world.datagrams.mayCarry(dns), true);
  await world.end();
});

Deno.test("when a network lets UDP through after all, what was held goes out, and the link goes", async () => {
  await using snapt = new UdpEnd();
  const world = made();
  const seal = new DatagramSeal(keysOf("sealed").snapt);
  world.datagrams.use(PROVIDER, snapt.endpoint.key, 1);
  await world.clock.advance(1_000);
  assertEquals([world.datagrams.way, world.wanted.length], ["held", 1]);
  world.flows.send(world.flow, bytesOf("a"));
  assertEquals(world.flows.snapshot()[0]?.held, 1);
  const { from } = await snapt.hear(0);
  snapt.socket.send(new Uint8Array(seal.seal({ kind: "probed", token: 1 })), from);
  await eventually(() => world.datagrams.way === "sealed");
  assertEquals([[...world.flows.blocked], world.flows.snapshot()[0]?.held], [[], 0]);
  assertEquals(world.log.of("info").filter((line) => line.includes("udp-works")).length, 1);
  const [near] = MemoryConn.pair();
  world.wanted[0]?.(new Link(near, "eth0", world.tasks));
  assertEquals(near.isOpen, false, "a link that comes now is not wanted");
  await world.end();
});

Deno.test("an untouched flow is bound again before a NAT forgets it", async () => {
  await using snapt = new UdpEnd();
  const world = made("signed");
  const signature = new DatagramSignature(keysOf("signed").snapt);
  const binds: string[] = [];
  const take = async (count: number) => {
    for (let next = 0; binds.length < count; next++) {
      const { bytes, from } = await snapt.hear(next);
      const verified = signature.verify(bytes);
      if (verified.kind !== "signed") continue;
      if (decodePacket(verified.packet.slice()).kind === "bind") binds.push(from.key);
    }
  };
  world.datagrams.use(PROVIDER, snapt.endpoint.key, 1);
  await take(1);
  const from = snapt.got.find((one) => one.from.key === binds[0])?.from;
  assert(from !== undefined);
  snapt.socket.send(signature.sign({ kind: "bound", flow: world.flow.number }), from);
  await eventually(() => world.flow.state === "bound");
  await world.clock.advance(15_000);
  await take(2);
  assertEquals(binds[1], binds[0], "from the address that it has");
  await world.end();
});

Deno.test("flows that SNAPT makes up are answered by the socket that there is", async () => {
  await using snapt = new UdpEnd();
  const world = made("signed");
  world.datagrams.use(PROVIDER, snapt.endpoint.key, 1);
  await snapt.hear(1); // the probe and the bind, each from a socket of its own
  const sockets = new Set(snapt.got.map(({ from }) => from.key));
  const signature = new DatagramSignature(keysOf("signed").snapt);
  const invented = [501, 502, 503];
  for (const flow of invented) {
    const from = snapt.got[0]?.from;
    assert(from !== undefined);
    snapt.socket.send(signature.sign({ kind: "bound", flow }), from);
  }
  await eventually(() => world.flows.drops.snapshot().unknownFlow === invented.length);
  await snapt.hear(1 + invented.length);
  assertEquals(snapt.got.every(({ from }) => sockets.has(from.key)), true);
  await world.end();
});
