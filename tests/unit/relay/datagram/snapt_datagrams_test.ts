import { DEFAULT_DATAGRAM_TERMS } from "../../../../lib/core/wire/datagram_messages.ts";
import { decodePacket } from "../../../../lib/core/datagram/packet.ts";
import { SIGNED_MAGIC } from "../../../../lib/core/datagram/signed_datagram.ts";
import { encodeRelayDatagram } from "../../../../lib/core/relay/relay_datagrams.ts";
import type { Protection } from "../../../../lib/core/wire/datagram_messages.ts";
import { endpointOf } from "../../../../lib/net/endpoint.ts";
import { deriveDatagramKeys } from "../../../../lib/relay/datagram/sealing/datagram_keys.ts";
import { loadSodium } from "../../../../lib/relay/datagram/sealing/chacha20_poly1305.ts";
import { DatagramSeal } from "../../../../lib/relay/datagram/sealing/datagram_seal.ts";
import { DatagramSignature } from "../../../../lib/relay/datagram/sealing/datagram_signature.ts";
import { SnaptDatagrams } from "../../../../lib/relay/datagram/snapt_datagrams.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { KEY } from "./kit/datagram_ends.ts";
import { eventually } from "./kit/eventually.ts";
import { bytesOf } from "./kit/flow_parts.ts";
import { UdpEnd } from "./kit/udp_end.ts";

await loadSodium();

const CLIENT = {
  datagrams: [{ name: "dns", ...DEFAULT_DATAGRAM_TERMS }],
  destinations: [],
};

function made(server: UdpEnd, protection: Protection = "sealed") {
  const log = new TestLog();
  const datagrams = new SnaptDatagrams([{ host: "127.0.0.1", port: 0 }], {
    protection,
    flows: 16,
    findServer: () => Promise.resolve({ server: server.endpoint, answersFrom: "ownPort" }),
    tasks: testTasks(undefined, log),
  });
  return { log, datagrams, at: endpointOf("127.0.0.1", datagrams.port) };
}

Deno.test("a datagram reaches the session whose tag it bears, and nobody else's", async () => {
  await using server = new UdpEnd();
  await using client = new UdpEnd();
  const { log, datagrams, at } = made(server);
  const offers = [datagrams.offer(KEY, CLIENT, log), datagrams.offer(KEY, CLIENT, log)] as const;
  assertEquals(offers[0].offer.tag === offers[1].offer.tag, false);
  const { tag, protection } = offers[1].offer;
  const keys = deriveDatagramKeys(KEY, offers[1].offer);
  const seal = new DatagramSeal({
    protection,
    tag,
    sending: keys.cnapt,
    receiving: keys.snapt,
  });
  const target = { kind: "service", name: "dns" } as const;
  const bind = { kind: "bind", flow: 1, epoch: 0, target, source: "127.0.0.1:5000" } as const;
  client.socket.send(seal.seal({ ...bind, payload: bytesOf("question") }), at);
  assertEquals(new TextDecoder().decode((await server.hear(0)).bytes), "question");
  assertEquals(offers.map(({ flows }) => flows.snapshot().length), [0, 1]);
  // CNAPT takes for a relay what was SNAPT itself.
  const sealed = seal.seal({ kind: "data", flow: 1, payload: bytesOf("called") });
  const room = new Uint8Array(2_048);
  client.socket.send(encodeRelayDatagram({ kind: "call", route: 7n, sealed }, room), at);
  assertEquals(new TextDecoder().decode((await server.hear(1)).bytes), "called");
  for (const offer of offers) datagrams.end(offer);
  client.socket.send(seal.seal({ ...bind, payload: bytesOf("late") }), at);
  await eventually(() => datagrams.drops.total > 0);
  assertEquals(datagrams.drops.snapshot(), { unknownSession: 1 });
  assertEquals(log.of("error"), []);
  await datagrams.close();
});

Deno.test("untouched payload belongs to the flow whose address it comes from, and to no other", async () => {
  await using server = new UdpEnd();
  await using client = new UdpEnd();
  await using stranger = new UdpEnd();
  const { log, datagrams, at } = made(server, "signed");
  const offered = datagrams.offer(KEY, CLIENT, log);
  const { tag, protection } = offered.offer;
  const keys = deriveDatagramKeys(KEY, offered.offer);
  const own = { protection, tag, sending: keys.cnapt, receiving: keys.snapt };
  const target = { kind: "service", name: "dns" } as const;
  const source = "127.0.0.1:5000";
  const payload = bytesOf("bound");
  const bind = { kind: "bind", flow: 1, epoch: 0, target, source, payload } as const;
  const drops = () => datagrams.drops.snapshot();

  client.socket.send(new DatagramSignature(own).sign(bind), at);
  await server.hear(0);
  client.socket.send(bytesOf("untouched"), at);
  // An application may say what looks signed; nobody but it is hurt when that is no session's.
  const likeSigned = Uint8Array.of(...SIGNED_MAGIC, ...new Uint8Array(60));
  await server.hear(1);
  client.socket.send(likeSigned, at);
  await server.hear(2);
  const said = server.got.map(({ bytes }) => bytes);
  assertEquals(said, [bytesOf("bound"), bytesOf("untouched"), likeSigned]);
  stranger.socket.send(bytesOf("untouched"), at);
  await eventually(() => drops().unknownSession === 1);
  stranger.socket.send(likeSigned, at);
  await eventually(() => drops().forged === 1);

  datagrams.end(offered);
  client.socket.send(bytesOf("late"), at);
  await eventually(() => drops().unknownSession === 2);
  assertEquals([server.got.length, log.of("error")], [3, []]);
  await datagrams.close();
});

Deno.test("a CNAPT that writes another's address into its datagrams gets none of its payload", async () => {
  await using server = new UdpEnd();
  await using client = new UdpEnd();
  const { log, datagrams, at } = made(server, "signed");
  const offers = [datagrams.offer(KEY, CLIENT, log), datagrams.offer(KEY, CLIENT, log)] as const;
  const [victim, attacker] = offers.map(({ offer }) => {
    const { cnapt: sending, snapt: receiving } = deriveDatagramKeys(KEY, offer);
    const { protection, tag } = offer;
    return new DatagramSignature({ protection, tag, sending, receiving });
  });
  assert(victim !== undefined && attacker !== undefined);
  const target = { kind: "service", name: "dns" } as const;
  const payload = new Uint8Array(0);
  const bind = { kind: "bind", flow: 1, epoch: 0, target, source: "a", payload } as const;
  const arrived = () =>
    offers.map(({ flows }) => flows.snapshot().map((flow) => flow.receivedDatagrams));

  client.socket.send(victim.sign(bind), at);
  client.socket.send(bytesOf("one"), at);
  await server.hear(0);
  // From the same socket: as SNAPT sees it, the attacker has written the victim's address.
  client.socket.send(attacker.sign(bind), at);
  client.socket.send(bytesOf("two"), at);
  await server.hear(1);
  assertEquals(arrived(), [[2], [0]]);
  // The attacker's flow ends: the victim keeps its address.
  client.socket.send(attacker.sign({ kind: "unbound", flow: 1, code: "idle" }), at);
  client.socket.send(bytesOf("three"), at);
  await server.hear(2);
  assertEquals(arrived(), [[3], []]);

  // A NAT has given the address to the other CNAPT, which answers the question from there.
  const before = client.got.length;
  client.socket.send(attacker.sign(bind), at);
  await client.hear(before);
  const question = attacker.verify(client.got[before]?.bytes ?? payload);
  const packet = question.kind === "signed" ? decodePacket(question.packet.slice()) : null;
  assert(packet?.kind === "probe");
  client.socket.send(attacker.sign({ kind: "probed", token: packet.token }), at);
  client.socket.send(bytesOf("four"), at);
  await server.hear(3);
  assertEquals(arrived(), [[3], [1]]);
  datagrams.end(offers[0]);
  client.socket.send(bytesOf("five"), at);
  await server.hear(4);
  assertEquals([arrived()[1], datagrams.drops.total], [[2], 0]);
  datagrams.end(offers[1]);
  await datagrams.close();
});
