import { assert, assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { udpEcho, UdpPeer } from "./kit/udp_peer.ts";

for (const security of ["none", "tls"] as const) {
  const udp = security === "tls" ? "sealed" : "signed";

  Deno.test(`flows ride a link where no UDP gets through, and leave it when it does, security ${security}`, async () => {
    await using server = udpEcho();
    await using pair = await LoopbackPair.start(server.port, {
      security,
      datagrams: ["echo-udp"],
      isGated: true,
    });
    pair.gate.state = "closed";
    await using client = new UdpPeer();
    await pair.until((site) => site.datagrams.way === "link");
    client.send("by link", pair.datagramPort());
    await client.until(1);
    assertEquals(pair.site.snapshot().flows.map(({ way }) => way), ["link"]);
    const session = [...pair.server.sessions.values()][0];
    assertEquals(session?.driver.flows?.snapshot().map(({ way }) => way), ["link"]);
    assert(pair.cnaptLog.lines.some((line) => line.includes("udp-blocked")));

    pair.gate.state = "open";
    await pair.until((site) => site.datagrams.way === udp);
    await pair.eventually(
      () => session?.driver.flows?.snapshot()[0]?.way === "udp",
      "SNAPT sends by UDP too",
    );
    client.send("by UDP", pair.datagramPort());
    await client.until(2);
    assertEquals(client.got, ["by link", "by UDP"]);
    assertEquals(server.from.size, 1, "the server sees one address");
    assert(pair.cnaptLog.lines.some((line) => line.includes("udp-works")));
  });

  Deno.test(`a network that stops to let UDP through is noticed, security ${security}`, async () => {
    await using server = udpEcho();
    await using pair = await LoopbackPair.connected(server.port, {
      security,
      datagrams: ["echo-udp"],
      isGated: true,
    });
    await using client = new UdpPeer();
    client.send("by UDP", pair.datagramPort());
    await client.until(1);
    pair.gate.state = "closed";
    const sending = setInterval(() => client.send("later", pair.datagramPort()), 20);
    await client.until(2);
    clearInterval(sending);
    assertEquals(pair.site.snapshot().datagrams.way, "link");
    assertEquals(server.from.size, 1);
  });
}

Deno.test("a switch finds another network that lets UDP through", async () => {
  await using server = udpEcho();
  await using pair = await LoopbackPair.start(server.port, {
    security: "tls",
    datagrams: ["echo-udp"],
    isGated: true,
  });
  pair.gate.state = "closed";
  await pair.until((site) => site.datagrams.way === "link");
  pair.gate.state = "open";
  await pair.switchTo("b", "overlapped");
  await pair.until((site) => site.datagrams.way === "sealed");
  await using client = new UdpPeer();
  client.send("hello", pair.datagramPort());
  await client.until(1);
});

Deno.test("flows ride the link on after the link broke", async () => {
  await using server = udpEcho();
  await using pair = await LoopbackPair.start(server.port, {
    security: "tls",
    datagrams: ["echo-udp"],
    isGated: true,
  });
  pair.gate.state = "closed";
  await using client = new UdpPeer();
  await pair.until((site) => site.datagrams.way === "link");
  client.send("before", pair.datagramPort());
  await client.until(1);
  for (const { driver } of pair.server.sessions.values()) driver.flows?.client.useLink(null);
  await pair.until((site) => site.datagrams.way !== "link");
  await pair.until((site) => site.datagrams.way === "link");
  client.send("after", pair.datagramPort());
  await client.until(2);
});
