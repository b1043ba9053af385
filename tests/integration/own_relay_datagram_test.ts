/** UDP services of a SNAPT that is reached through a relay. */
import { assert, assertEquals } from "../assert.ts";
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
  await using relay = await LoopbackRelay.start();
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

  await relay.restart();
  await answeredAgain(client, port, "after the restart");

  await pair.switchTo("b", "overlapped");
  await answeredAgain(client, port, "on another network");
  assertEquals(pair.site.snapshot().datagrams.way, "link");
  pair.loseProvider();
  await answeredAgain(client, port, "after a sudden switch");
  assertEquals(server.from.size, 1, "the server sees one address");
});
