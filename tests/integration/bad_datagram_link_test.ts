import { encodePacket, type Packet } from "../../lib/core/datagram/packet.ts";
import type { BindDatagrams } from "../../lib/core/wire/datagram_messages.ts";
import { encodeMessage } from "../../lib/core/wire/encode.ts";
import { assertEquals } from "../assert.ts";
import { answer, instanceOf, OWN_ID, parkLink } from "./kit/attacker.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { udpEcho, UdpPeer } from "./kit/udp_peer.ts";

/** A packet as it is on a link. */
function framed(packet: Packet): Uint8Array {
  const bytes = encodePacket(packet);
  return Uint8Array.of(bytes.length >>> 8, bytes.length & 0xff, ...bytes);
}

/** A BIND_DATAGRAMS that would be right, but for `changes`. */
function bindDatagrams(pair: LoopbackPair, changes: Partial<BindDatagrams>): BindDatagrams {
  return {
    kind: "bindDatagrams",
    instance: instanceOf(pair),
    epoch: 0,
    binding: 1,
    above: 0,
    ...changes,
  };
}

Deno.test("a packet in the same segment as BIND_DATAGRAMS reaches its service, and the answer comes back", async () => {
  await using server = udpEcho();
  await using pair = await LoopbackPair.connected(server.port, {
    security: "none",
    datagrams: ["echo-udp"],
  });
  const link = await parkLink(pair, OWN_ID);
  await link.conn.write(Uint8Array.of(
    ...encodeMessage(bindDatagrams(pair, { binding: 99 })),
    ...framed({
      kind: "bind",
      flow: 1_000,
      epoch: 0,
      target: { kind: "service", name: "echo-udp" },
      source: "127.0.0.1:5000",
      payload: new TextEncoder().encode("right behind"),
    }),
  ));
  assertEquals(await link.nextMessage(), { kind: "boundDatagrams", binding: 99 });
  await server.until(1);
  assertEquals(server.got, ["right behind"]);
  const answers = [
    ...framed({ kind: "bound", flow: 1_000 }),
    ...framed({ kind: "data", flow: 1_000, payload: new TextEncoder().encode("right behind") }),
  ];
  const heard = [...link.takeRest()];
  while (heard.length < answers.length) heard.push(...await link.conn.readNext() ?? [0]);
  assertEquals(heard, answers);
  link.close();
});

Deno.test("what is no packet in the same segment as BIND_DATAGRAMS harms nobody", async () => {
  await using server = udpEcho();
  await using pair = await LoopbackPair.connected(server.port, {
    security: "none",
    datagrams: ["echo-udp"],
  });
  const garbage = [Uint8Array.of(0, 0), Uint8Array.of(0, 2, 250, 1), new Uint8Array(500).fill(255)];
  for (const [number, behind] of garbage.entries()) {
    const link = await parkLink(pair, OWN_ID);
    const binding = 99 + number;
    const bind = encodeMessage(bindDatagrams(pair, { binding }));
    await link.conn.write(Uint8Array.of(...bind, ...behind));
    assertEquals(await answer(link), { kind: "boundDatagrams", binding });
  }
  const late = await parkLink(pair, OWN_ID);
  late.send(bindDatagrams(pair, { binding: 99 }));
  assertEquals(await answer(late), null, "a binding that was overtaken is refused");
  await using client = new UdpPeer();
  client.send("still there", pair.datagramPort());
  await client.until(1);
  assertEquals(pair.server.sessions.size, 1);
  assertEquals(pair.snaptLog.of("error"), []);
});

Deno.test("a BIND_DATAGRAMS of an older epoch, or of another session, is refused and takes nothing away", async () => {
  await using server = udpEcho();
  await using pair = await LoopbackPair.connected(server.port, {
    security: "none",
    datagrams: ["echo-udp"],
  });
  await pair.switchTo("b", "overlapped");
  const [session] = pair.server.sessions.values();
  const epoch = session?.driver.session.epoch ?? 0;
  assertEquals(epoch, 1);
  const stale: readonly Partial<BindDatagrams>[] = [
    { epoch: epoch - 1 },
    { epoch, instance: "ff".repeat(8) },
  ];
  for (const [number, changes] of stale.entries()) {
    const link = await parkLink(pair, OWN_ID);
    link.send(bindDatagrams(pair, { binding: 99 + number, ...changes }));
    assertEquals(await answer(link), null, JSON.stringify(changes));
  }
  // A binding that was refused does not count.
  const link = await parkLink(pair, OWN_ID);
  link.send(bindDatagrams(pair, { epoch, binding: 5 }));
  assertEquals(await answer(link), { kind: "boundDatagrams", binding: 5 });
  link.close();
});
