import { UdpEmulator } from "../../lib/relay/emulator/udp_emulator.ts";
import { assert, assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { NobodyMay } from "./kit/nobody_may.ts";
import { udpEcho, UdpPeer } from "./kit/udp_peer.ts";

const ANSWER_BYTES = 5_000;

/** What was dropped at SNAPT, by reason. */
function dropped(pair: LoopbackPair) {
  return pair.datagrams?.drops.snapshot() ?? {};
}

Deno.test("strangers, garbage, forged and replayed datagrams are counted and disturb nothing", async () => {
  await using server = udpEcho();
  await using pair = await LoopbackPair.connected(server.port, {
    security: "tls",
    datagrams: ["echo-udp"],
    isGated: true,
  });
  await using client = new UdpPeer();
  client.send("first", pair.datagramPort());
  await client.until(1);
  const port = pair.datagrams?.port ?? 0;
  await using stranger = new UdpPeer();
  for (let length = 0; length < 60; length++) stranger.send(new Uint8Array(length), port);
  const genuine = pair.gate.passed.map(({ bytes }) => bytes);
  for (const bytes of genuine) stranger.send(bytes, port);
  for (const bytes of genuine) {
    const forged = new Uint8Array(bytes);
    forged[13] = 0x7f; // a counter to come
    stranger.send(forged, port);
  }
  await pair.eventually(() => {
    const { unknownSession = 0, replayed = 0, forged = 0 } = dropped(pair);
    return unknownSession === 60 && replayed === genuine.length && forged === genuine.length;
  }, "each is counted by its reason");
  assertEquals(stranger.got, [], "nobody is answered");
  client.send("second", pair.datagramPort());
  await client.until(2);
  assertEquals(server.from.size, 1);
});

Deno.test("an address that only repeats what it overheard is sent three times as much at most", async () => {
  await using server = new UdpPeer(() => new Uint8Array(ANSWER_BYTES));
  await using pair = await LoopbackPair.connected(server.port, {
    security: "tls",
    datagrams: ["echo-udp"],
    isGated: true,
  });
  await using client = new UdpPeer();
  client.send("first", pair.datagramPort());
  await client.until(1);
  // The next datagram never arrives from where it was sent, but from a third address.
  pair.gate.state = "closed";
  const before = pair.gate.passed.length;
  client.send("overheard", pair.datagramPort());
  await pair.eventually(() => pair.gate.passed.length > before, "it is on its way");
  const overheard = pair.gate.passed[before]?.bytes ?? new Uint8Array(0);
  await using third = new UdpPeer();
  third.send(overheard, pair.datagrams?.port ?? 0);
  await server.until(2);
  await third.until(1);
  const sum = third.lengths.reduce((total, length) => total + length, 0);
  assert(sum <= 3 * overheard.length, `${sum} bytes for ${overheard.length}`);
  // CNAPT's own next datagram has the answers sent to itself again.
  pair.gate.state = "open";
  client.send("second", pair.datagramPort());
  await client.until(2);
});

Deno.test("a bind that was overheard binds nothing, and payload from elsewhere belongs to nobody", async () => {
  await using server = udpEcho();
  await using pair = await LoopbackPair.connected(server.port, {
    security: "none",
    datagrams: ["echo-udp"],
    isGated: true,
  });
  await using client = new UdpPeer();
  client.send("first", pair.datagramPort());
  await client.until(1);
  const port = pair.datagrams?.port ?? 0;
  await using stranger = new UdpPeer();
  const signed = pair.gate.passed.map(({ bytes }) => bytes).filter((bytes) => bytes[0] === 0xff);
  for (const bytes of signed) stranger.send(bytes, port);
  for (const bytes of signed) stranger.send(bytes.map((byte, at) => at === 17 ? 0xfe : byte), port);
  stranger.send("payload of nobody", port);
  await pair.eventually(() => {
    const { unknownSession = 0, replayed = 0, forged = 0 } = dropped(pair);
    return unknownSession === 1 && replayed === signed.length && forged === signed.length;
  }, "each is counted by its reason");
  assertEquals(stranger.got, []);
  client.send("second", pair.datagramPort());
  await client.until(2);
  assertEquals(server.got, ["first", "second"]);
});

Deno.test("payload that looks like a bind, or was one, reaches the server or is dropped as replayed", async () => {
  await using server = udpEcho();
  await using pair = await LoopbackPair.connected(server.port, {
    security: "none",
    datagrams: ["echo-udp"],
    isGated: true,
  });
  await using client = new UdpPeer();
  client.send("first", pair.datagramPort());
  await client.until(1);
  const bind = pair.gate.passed.map(({ bytes }) => bytes).find((bytes) => bytes[0] === 0xff);
  assert(bind !== undefined);
  client.send(
    bind.map((byte, at) => at === bind.length - 1 ? byte ^ 1 : byte),
    pair.datagramPort(),
  );
  await client.until(2);
  assertEquals(client.lengths[1], bind.length);
  client.send(bind, pair.datagramPort());
  await pair.eventually(() => dropped(pair).replayed === 1, "what was a bind is no payload");
  assertEquals(server.lengths.length, 2);
});

Deno.test("a flood of new flows leaves those that are in use alone", async () => {
  await using server = new UdpPeer((bytes) => bytes.length > 3 ? new Uint8Array(bytes) : null);
  await using pair = await LoopbackPair.connected(server.port, {
    security: "tls",
    datagrams: ["echo-udp"],
    cnaptFlows: 8,
    flows: 6,
  });
  await using client = new UdpPeer();
  client.send("in use", pair.datagramPort());
  await client.until(1);
  const flood: UdpPeer[] = [];
  for (let i = 0; i < 30; i++) {
    const one = new UdpPeer();
    one.send("x", pair.datagramPort());
    flood.push(one);
  }
  await pair.until((site) => site.datagrams.dropped.flowLimit === 23);
  assertEquals(pair.site.snapshot().flows.length, 8);
  await pair.eventually(() => (dropped(pair).flowLimit ?? 0) > 0, "SNAPT has a limit too");
  client.send("still in use", pair.datagramPort());
  await client.until(2);
  for (const one of flood) await one[Symbol.asyncDispose]();
});

Deno.test("a datagram that does not fit is counted and reported, and the next one goes through", async () => {
  await using server = udpEcho();
  await using pair = await LoopbackPair.connected(server.port, {
    security: "tls",
    datagrams: ["echo-udp"],
  });
  await using client = new UdpPeer();
  client.send("first", pair.datagramPort());
  await client.until(1);
  for (let i = 0; i < 3; i++) client.send(new Uint8Array(65_500), pair.datagramPort());
  await pair.until((site) => site.datagrams.dropped.tooBig === 3);
  const reports = pair.cnaptLog.lines.filter((line) => line.includes("datagram-too-big"));
  assertEquals(reports.length, 1, "further ones are only counted");
  client.send(new Uint8Array(60_000), pair.datagramPort());
  await client.until(2);
  assertEquals(client.lengths[1], 60_000);
});

Deno.test("what is held for longer than its service allows is dropped and counted", async () => {
  await using server = udpEcho();
  await using pair = await LoopbackPair.connected(server.port, {
    security: "tls",
    datagrams: ["echo-udp"],
    holdMs: 0,
  });
  await using client = new UdpPeer();
  client.send("first", pair.datagramPort());
  await client.until(1);
  for (const { driver } of pair.server.sessions.values()) driver.flows?.client.suspend();
  server.reply("between two networks");
  await pair.eventually(
    () => [...pair.server.sessions.values()][0]?.driver.flows?.snapshot()[0]?.held === 1,
    "it is held",
  );
  pair.loseProvider();
  await pair.until(() => pair.receipts.length > 0);
  client.send("second", pair.datagramPort());
  await client.until(2);
  assertEquals(client.got, ["first", "second"]);
  assertEquals(dropped(pair).heldTooLong, 1);
});

Deno.test("a flow that is idle ends at both ends, and begins anew with the next datagram", async () => {
  await using server = udpEcho();
  await using pair = await LoopbackPair.connected(server.port, {
    security: "tls",
    datagrams: ["echo-udp"],
    idleMs: 50,
  });
  await using client = new UdpPeer();
  client.send("first", pair.datagramPort());
  await client.until(1);
  await pair.until((site) => site.flows.length === 0);
  await pair.eventually(
    () => [...pair.server.sessions.values()][0]?.driver.flows?.snapshot().length === 0,
    "SNAPT's end is gone too",
  );
  client.send("second", pair.datagramPort());
  await client.until(2);
  assertEquals(server.from.size, 2, "a new conversation has a new address");
});

Deno.test("datagrams of a host that is not allowed are dropped and counted, and open no flow", async () => {
  await using server = udpEcho();
  await using pair = await LoopbackPair.connected(server.port, { datagrams: ["echo-udp"] });
  const { flows } = pair.site;
  const listen = { host: "127.0.0.1", port: 0 };
  const emulator = new UdpEmulator("echo-udp", listen, flows, new NobodyMay());
  await using client = new UdpPeer();
  client.send("hello", emulator.port);
  client.send("hello again", emulator.port);
  await pair.eventually(() => flows.drops.snapshot().sourceNotAllowed === 2, "both are dropped");
  assertEquals([flows.snapshot().length, client.got, server.from.size], [0, [], 0]);
  assertEquals(emulator.refused, 2);
  await emulator.close();
});
