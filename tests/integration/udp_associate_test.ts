import { SYSTEM_CLOCK } from "../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../lib/relay/run/task_group.ts";
/** Programs that have datagrams relayed by SOCKS5, over loopback: rules, switches, bad input. */
import { socks5DatagramHead } from "../../lib/core/proxy/socks5_datagram.ts";
import { openDatagramSocket } from "../../lib/net/datagram_socket.ts";
import { type Endpoint, endpointOf } from "../../lib/net/endpoint.ts";
import { listenPlain } from "../../lib/net/listen.ts";
import { ProxyListener } from "../../lib/relay/proxy/proxy_listener.ts";
import { negotiateSocks5 } from "../../lib/relay/proxy/socks5_proxy.ts";
import { UdpAssociations } from "../../lib/relay/proxy/udp_associations.ts";
import { assert, assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import type { PairSettings } from "./kit/pair_settings.ts";
import { TestLog } from "../test_log.ts";
import { readExactly, writeAll } from "./kit/server_application.ts";
import { requestAssociation, Socks5Client } from "./kit/socks5_client.ts";
import { udpEcho, UdpPeer } from "./kit/udp_peer.ts";

interface Proxied extends AsyncDisposable {
  readonly pair: LoopbackPair;
  readonly proxy: ProxyListener;
}

/** A pair with a SOCKS5 proxy in front of its CNAPT. */
async function proxied(settings: PairSettings, host = "127.0.0.1"): Promise<Proxied> {
  const pair = await LoopbackPair.connected(1, settings);
  const log = new TestLog(pair.cnaptLog.lines);
  const tasks = TaskGroup.root(SYSTEM_CLOCK, log);
  const proxy = new ProxyListener(listenPlain({ host, port: 0 }), {
    negotiate: negotiateSocks5,
    findSite: () => pair.site,
    associations: new UdpAssociations(pair.site, tasks, log),
    tasks,
    log,
  }).start();
  return {
    pair,
    proxy,
    [Symbol.asyncDispose]: async () => {
      await proxy.close();
      await pair[Symbol.asyncDispose]();
    },
  };
}

const LOOPBACK = ["127.0.0.0/8:*", "[::1]:*"];
const linesWith = (pair: LoopbackPair, word: string) =>
  [...pair.cnaptLog.lines, ...pair.snaptLog.lines].filter((line) => line.includes(word));
const dropped = ({ pair }: Proxied) => pair.site.snapshot().datagrams.dropped;

for (const security of ["none", "tls"] as const) {
  Deno.test(`SOCKS5 datagrams reach several destinations, security ${security}`, async () => {
    await using one = udpEcho();
    await using two = udpEcho();
    await using both = await proxied({ security, destinations: LOOPBACK });
    await using client = await Socks5Client.associate(both.proxy.port);
    for (let round = 1; round <= 5; round++) {
      client.send(`to one ${round}`, "127.0.0.1", one.port);
      await client.peer.until(2 * round - 1);
      client.send(`to two ${round}`, "127.0.0.1", two.port);
      await client.peer.until(2 * round);
    }
    assertEquals(client.got.slice(-2), [
      `to one 5 from 127.0.0.1:${one.port}`,
      `to two 5 from 127.0.0.1:${two.port}`,
    ]);
    assertEquals(one.from.size, 1);
    assertEquals(both.pair.site.snapshot().flows.length, 2);
    assertEquals(both.proxy.associations, 1);
    assertEquals(dropped(both), {});
  });

  Deno.test(`a name is resolved by SNAPT and answers come from its address, security ${security}`, async () => {
    await using server = udpEcho();
    // `localhost` leads to this machine: only a range that names that lets it through.
    await using both = await proxied({ security, destinations: ["127.0.0.0/8:*"] });
    await using client = await Socks5Client.associate(both.proxy.port);
    for (let count = 1; count <= 3; count++) {
      client.send(`hello ${count}`, "localhost", server.port);
      await client.peer.until(count);
    }
    assertEquals(client.got.at(-1), `hello 3 from 127.0.0.1:${server.port}`);
    assertEquals(server.from.size, 1);
  });

  for (const shape of ["overlapped", "strict", "sudden"] as const) {
    Deno.test(`a SOCKS5 flow keeps its port across a ${shape} switch, security ${security}`, async () => {
      await using server = udpEcho();
      await using both = await proxied({ security, destinations: LOOPBACK });
      await using client = await Socks5Client.associate(both.proxy.port);
      let sent = 0;
      const roundTrip = async () => {
        client.send(`${++sent}`, "127.0.0.1", server.port);
        await client.peer.until(sent);
      };
      await roundTrip();
      for (const provider of ["b", "a"]) {
        if (shape === "sudden") {
          const before = both.pair.receipts.length;
          both.pair.loseProvider();
          await both.pair.until(() => both.pair.receipts.length > before);
        } else await both.pair.switchTo(provider, shape);
        await roundTrip();
      }
      assertEquals(server.from.size, 1);
      assertEquals(client.got.length, sent);
    });
  }

  Deno.test(`SOCKS5 datagrams ride a link where no UDP gets through, security ${security}`, async () => {
    await using server = udpEcho();
    await using both = await proxied({ security, destinations: ["127.0.0.0/8:*"], isGated: true });
    both.pair.gate.state = "closed";
    await both.pair.switchTo("b", "overlapped");
    await both.pair.until((site) => site.datagrams.way === "link");
    await using client = await Socks5Client.associate(both.proxy.port);
    client.send("by link", "127.0.0.1", server.port);
    await client.peer.until(1);
    client.send("by name", "localhost", server.port);
    await client.peer.until(2);
    assertEquals(client.got, [
      `by link from 127.0.0.1:${server.port}`,
      `by name from 127.0.0.1:${server.port}`,
    ]);
  });
}

Deno.test("a destination that is not allowed is counted, told once, and harms no other", async () => {
  await using server = udpEcho();
  await using forbidden = udpEcho();
  const destinations = [`127.0.0.1:${server.port}`, `localhost:${forbidden.port}`, "*.invalid:53"];
  await using both = await proxied({ security: "tls", destinations });
  await using client = await Socks5Client.associate(both.proxy.port);
  const cases: readonly (readonly [string, number, "notAllowed" | "unreachable"])[] = [
    ["127.0.0.1", forbidden.port, "notAllowed"],
    ["example.org", 53, "notAllowed"],
    ["169.254.1.1", 53, "notAllowed"],
    // A name that is allowed and leads to this machine, and a form that only a resolver takes.
    ["localhost", forbidden.port, "notAllowed"],
    ["0x7f.1", forbidden.port, "notAllowed"],
    ["nobody.invalid", 53, "unreachable"],
  ];
  for (const [host, port, reason] of cases) {
    for (let count = 0; count < 3; count++) {
      const before = dropped(both)[reason] ?? 0;
      client.send("secret", host, port);
      const isCounted = () => (dropped(both)[reason] ?? 0) > before;
      await both.pair.eventually(isCounted, `${host}:${port} is counted`);
    }
    assertEquals(linesWith(both.pair, `"${host}:${port}"`).length, 2, "once at each end");
  }
  client.send("hello", "127.0.0.1", server.port);
  await client.peer.until(1);
  assertEquals(client.got, [`hello from 127.0.0.1:${server.port}`]);
  assertEquals(forbidden.got, []);
});

Deno.test("an association is refused when SNAPT lets the CNAPT reach nothing", async () => {
  await using both = await proxied({ security: "tls" });
  const { conn, reply } = await requestAssociation(both.proxy.port);
  using _ = conn;
  assertEquals(reply[1], 2);
  assertEquals(both.proxy.associations, 0);
});

Deno.test("flows end when the connection that asked for them ends", async () => {
  await using server = udpEcho();
  await using both = await proxied({ security: "tls", destinations: LOOPBACK });
  await using client = await Socks5Client.associate(both.proxy.port);
  client.send("hello", "127.0.0.1", server.port);
  await client.peer.until(1);
  client.hangUp();
  await both.pair.until((site) => site.flows.length === 0);
  const { driver } = [...both.pair.server.sessions.values()][0] ?? {};
  await both.pair.eventually(() => driver?.flows?.snapshot().length === 0, "SNAPT forgets it");
  assertEquals(both.proxy.associations, 0);
  await using again = await Socks5Client.associate(both.proxy.port);
  again.send("hello again", "127.0.0.1", server.port);
  await again.peer.until(1);
});

Deno.test("a proxy that is closed hangs up", async () => {
  await using both = await proxied({ security: "tls", destinations: LOOPBACK });
  await using client = await Socks5Client.associate(both.proxy.port);
  await both.proxy.close();
  await client.hungUp();
});

Deno.test("what is no SOCKS5 datagram, a fragment or a stranger's is counted and dropped", async () => {
  await using server = udpEcho();
  await using both = await proxied({ security: "tls", destinations: LOOPBACK });
  await using client = await Socks5Client.associate(both.proxy.port);
  client.send("hello", "127.0.0.1", server.port);
  await client.peer.until(1);
  await using stranger = new UdpPeer();
  stranger.send("\0\0\0\x01hello", client.relayPort);
  client.sendRaw(new Uint8Array([0, 0, 1, 1, 127, 0, 0, 1, 0, 53, 7]));
  client.sendRaw(new Uint8Array([0, 0, 0]));
  client.sendRaw(new Uint8Array([0, 0, 0, 9, 1, 2, 3]));
  await both.pair.eventually(() => dropped(both).malformed === 2, "two are malformed");
  client.send("still here", "127.0.0.1", server.port);
  await client.peer.until(2);
  assertEquals(dropped(both), { stranger: 1, fragment: 1, malformed: 2 });
});

Deno.test("only the port that the application named is heard", async () => {
  await using server = udpEcho();
  await using both = await proxied({ security: "tls", destinations: LOOPBACK });
  await using named = new UdpPeer();
  await using client = await Socks5Client.associate(both.proxy.port, named.port);
  client.send("from another port", "127.0.0.1", server.port);
  await both.pair.eventually(() => dropped(both).stranger === 1, "it is a stranger's");
  const head = [0, 0, 0, 1, 127, 0, 0, 1, server.port >> 8, server.port & 0xff];
  named.send(new Uint8Array([...head, 104, 105]), client.relayPort);
  await named.until(1);
  assert(server.got[0] === "hi");
});

Deno.test("a datagram sent between two networks goes out on the next", async () => {
  await using server = udpEcho();
  await using both = await proxied({ security: "tls", destinations: LOOPBACK });
  both.pair.loseProvider();
  await using client = await Socks5Client.associate(both.proxy.port);
  const sending = setInterval(() => client.send("hello", "127.0.0.1", server.port), 20);
  await client.peer.until(1);
  clearInterval(sending);
});

Deno.test("an IPv6 destination is reached by a proxy that listens on IPv6", async () => {
  const answers: Uint8Array[] = [];
  const open = (received: (bytes: Uint8Array, from: Endpoint) => void) =>
    openDatagramSocket({ host: "::1", port: 0 }, { received, notSent: () => {} });
  const server = open((bytes, from) => server.send(bytes, from));
  const client = open((bytes) => answers.push(new Uint8Array(bytes)));
  await using both = await proxied({ security: "tls", destinations: LOOPBACK }, "::1");
  using conn = await Deno.connect({ hostname: "::1", port: both.proxy.port });
  await writeAll(conn, new Uint8Array([5, 1, 0, 5, 3, 0, 4, ...new Array(18).fill(0)]));
  const reply = await readExactly(conn, 2 + 22);
  assertEquals(reply.subarray(2, 6), new Uint8Array([5, 0, 0, 4]));
  const relay = endpointOf("::1", (reply[22] ?? 0) << 8 | (reply[23] ?? 0));
  const datagram = new Uint8Array([...socks5DatagramHead("::1", server.port), 104, 105]);
  client.send(datagram, relay);
  await both.pair.eventually(() => answers.length > 0, "the answer comes");
  assertEquals(answers, [datagram]);
  await Promise.all([client.close(), server.close()]);
});
