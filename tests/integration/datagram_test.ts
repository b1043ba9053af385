import { assert, assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { udpEcho, UdpPeer } from "./kit/udp_peer.ts";

for (const security of ["none", "tls"] as const) {
  Deno.test(`datagrams go there and back with security ${security}`, async () => {
    await using server = udpEcho();
    await using pair = await LoopbackPair.connected(server.port, {
      security,
      datagrams: ["echo-udp"],
    });
    await using client = new UdpPeer();
    for (let i = 0; i < 100; i++) {
      client.send(`hello ${i}`, pair.datagramPort());
      await client.until(i + 1);
    }
    assertEquals(client.got, Array.from({ length: 100 }, (_, i) => `hello ${i}`));
    assertEquals(server.from.size, 1);
    assertEquals(pair.site.snapshot().datagrams, {
      way: security === "tls" ? "sealed" : "signed",
      largestPayload: null,
      dropped: {},
    });
  });

  Deno.test(`datagrams without a byte go there and back, the first too, security ${security}`, async () => {
    await using server = udpEcho();
    await using pair = await LoopbackPair.connected(server.port, {
      security,
      datagrams: ["echo-udp"],
    });
    await using client = new UdpPeer();
    for (const [i, said] of ["", "hello", "", ""].entries()) {
      client.send(said, pair.datagramPort());
      await client.until(i + 1);
    }
    assertEquals(client.got, ["", "hello", "", ""]);
  });

  for (const shape of ["overlapped", "strict", "sudden"] as const) {
    Deno.test(`a flow with security ${security} keeps its port across a ${shape} switch`, async () => {
      await using server = udpEcho();
      await using pair = await LoopbackPair.connected(server.port, {
        security,
        datagrams: ["echo-udp"],
      });
      await using client = new UdpPeer();
      let sent = 0;
      const roundTrip = async () => {
        client.send(`${++sent}`, pair.datagramPort());
        await client.until(sent);
      };
      await roundTrip();
      for (const provider of ["b", "a", "b"]) {
        if (shape === "sudden") {
          const before = pair.receipts.length;
          pair.loseProvider();
          client.send(`${++sent}`, pair.datagramPort()); // held
          await pair.until(() => pair.receipts.length > before);
        } else await pair.switchTo(provider, shape);
        await roundTrip();
      }
      assertEquals(server.from.size, 1);
      assert(client.got.length === sent);
    });
  }
}
