import { decodePacket, type Packet } from "../../../../lib/core/datagram/packet.ts";
import { encodeMessage } from "../../../../lib/core/wire/encode.ts";
import { CnaptDatagrams } from "../../../../lib/relay/datagram/cnapt_datagrams.ts";
import { CnaptFlows } from "../../../../lib/relay/datagram/cnapt_flows.ts";
import { loadSodium } from "../../../../lib/relay/datagram/sealing/chacha20_poly1305.ts";
import { DatagramSeal } from "../../../../lib/relay/datagram/sealing/datagram_seal.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import { ALL_SERVICES } from "../../../../lib/core/decision/service_rule.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";
import { KEY, keysOf, offerOf } from "./kit/datagram_ends.ts";
import { bytesOf, HeardApplication } from "./kit/flow_parts.ts";
import { UdpEnd } from "./kit/udp_end.ts";

await loadSodium();

const PROVIDER = { key: "eth0", via: { kind: "any" } } as const;

/** The datagrams of a session towards a SNAPT that is a socket. */
function made() {
  const clock = new VirtualClock();
  const log = new TestLog();
  const tasks = testTasks(clock, log);
  const flows = new CnaptFlows({ limit: 16, tasks, log });
  const wanted: ((link: Link) => void)[] = [];
  const heard: string[] = [];
  const datagrams = new CnaptDatagrams(offerOf("sealed"), {
    flows,
    key: KEY,
    tasks,
    log,
    ruleOf: () => ALL_SERVICES,
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
  assertEquals(await far.readNext(), encodeMessage({ kind: "bindDatagrams", binding: 1 }));
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
