/** UDP services of a SNAPT that is reached through a relay. */
import { assert, assertEquals } from "../assert.ts";
import { RandomBytes } from "../fuzz/random_bytes.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { LoopbackRelay } from "./kit/loopback_relay.ts";
import { udpEcho, UdpPeer } from "./kit/udp_peer.ts";

/** Sends until one more has come back: what is on its way while a network changes may be lost. */
async function answeredAgain(client: UdpPeer, port: number, text: string): Promise<void> {
  const sending = setInterval(() => client.send(text, port), 20);
  try {
    while (!client.got.includes(text)) await client.until(client.got.length + 1);
  } finally {
    clearInterval(sending);
  }
}

Deno.test("a conversation through a relay without UDP goes by a link, through its restart and a switch", async () => {
  await using server = udpEcho();
  await using relay = await LoopbackRelay.start("none");
  await using pair = await LoopbackPair.connected(server.port, {
    security: "tls",
    datagrams: ["echo-udp"],
    relay,
  });
  await using client = new UdpPeer();
  const port = pair.datagramPort();
  client.send("first", port);
  await client.until(1);
  assertEquals(pair.site.snapshot().datagrams.way, "link");
  // It was not waited for an answer by UDP that does not come.
  assert(!pair.cnaptLog.lines.some((line) => line.includes("udp-blocked")));

  await relay.restart("none");
  await answeredAgain(client, port, "after the restart");

  await pair.switchTo("b", "overlapped");
  await answeredAgain(client, port, "on another network");
  assertEquals(pair.site.snapshot().datagrams.way, "link");
  pair.loseProvider();
  await answeredAgain(client, port, "after a sudden switch");
  assertEquals(server.from.size, 1, "the server sees one address");
});

Deno.test("a conversation goes by the UDP port of the relay, through a switch and a restart, and by a link where there is none", async () => {
  await using server = udpEcho();
  await using relay = await LoopbackRelay.start();
  await using pair = await LoopbackPair.connected(server.port, {
    security: "tls",
    datagrams: ["echo-udp"],
    relay,
  });
  await using client = new UdpPeer();
  const port = pair.datagramPort();
  const waysAre = async (cnapt: string, snapt: string) => {
    await pair.until((site) => site.datagrams.way === cnapt);
    const flows = () => [...pair.server.sessions.values()][0]?.driver.flows?.snapshot() ?? [];
    await pair.eventually(() => flows()[0]?.way === snapt, `SNAPT sends by ${snapt}`);
  };
  client.send("first", port);
  await client.until(1);
  await waysAre("sealed", "udp");
  client.send("second", port);
  await client.until(2);

  await pair.switchTo("b", "overlapped");
  await answeredAgain(client, port, "on another network");
  await waysAre("sealed", "udp");
  pair.loseProvider();
  await answeredAgain(client, port, "after a sudden switch");
  await waysAre("sealed", "udp");

  await relay.restart("open");
  await answeredAgain(client, port, "after the restart");
  await waysAre("sealed", "udp");
  await relay.restart("none");
  await answeredAgain(client, port, "without UDP");
  await waysAre("link", "link");
  assertEquals(server.from.size, 1, "the server sees one address");
});

Deno.test("a conversation goes on by a link when the relay's UDP port is shut, and by UDP when it opens", async () => {
  await using server = udpEcho();
  await using relay = await LoopbackRelay.start(new RandomBytes(1));
  await using pair = await LoopbackPair.connected(server.port, {
    security: "tls",
    datagrams: ["echo-udp"],
    relay,
  });
  await using client = new UdpPeer();
  const port = pair.datagramPort();
  await pair.until((site) => site.datagrams.way === "sealed");
  client.send("first", port);
  await client.until(1);
  relay.before.manners = "shut";
  await answeredAgain(client, port, "while it is shut");
  assertEquals(pair.site.snapshot().datagrams.way, "link");
  relay.before.manners = "honest";
  await pair.until((site) => site.datagrams.way === "sealed");
  await answeredAgain(client, port, "again");
  assertEquals(server.from.size, 1);
});

Deno.test("a relay that swaps, doubles, replays and misdirects datagrams makes nothing but delay", async () => {
  const seed = Number(Deno.env.get("FUZZ_SEED") ?? crypto.getRandomValues(new Uint16Array(1))[0]);
  console.log(`FUZZ_SEED=${seed}`);
  await using server = udpEcho();
  await using relay = await LoopbackRelay.start(new RandomBytes(seed));
  const settings = { security: "tls", datagrams: ["echo-udp"], relay } as const;
  await using pair = await LoopbackPair.connected(server.port, settings);
  await using other = await pair.besides("echo-udp", { ...settings, id: 3 });
  await pair.until((site) => site.datagrams.way === "sealed");
  await pair.eventually(() => other.site.snapshot().datagrams.way === "sealed", "the other too");
  await using one = new UdpPeer();
  await using two = new UdpPeer();
  relay.before.manners = "hostile";
  for (let i = 0; relay.before.mangled < 200 && i < 4_000; i++) {
    one.send(`one ${i}`, pair.datagramPort());
    two.send(`two ${i}`, other.datagramPort);
    // A turn of the event loop, in which they come.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assert(relay.before.mangled >= 200);
  relay.before.manners = "honest";
  await answeredAgain(one, pair.datagramPort(), "one after");
  await answeredAgain(two, other.datagramPort, "two after");
  for (const [name, { got }] of [["one", one], ["two", two]] as const) {
    const numbered = got.filter((text) => !text.endsWith("after"));
    assert(numbered.every((text) => text.startsWith(`${name} `)), "nobody hears what is another's");
    assertEquals(new Set(numbered).size, numbered.length, "nothing comes twice");
  }
  const reached = server.got.filter((text) => !text.endsWith("after"));
  assertEquals(new Set(reached).size, reached.length, "the server gets nothing twice");
  assert(reached.length > 20, `${reached.length}`);
});
