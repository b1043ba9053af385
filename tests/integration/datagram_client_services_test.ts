/** UDP client services: server applications send datagrams to a port of a client application. */
import { openDatagramSocket } from "../../lib/net/datagram_socket.ts";
import { endpointOf } from "../../lib/net/endpoint.ts";
import { WakeUp } from "../../lib/relay/run/wake_up.ts";
import { assert, assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { VIRTUAL_ADDRESS } from "./kit/loopback_snapt.ts";
import type { PairSettings } from "./kit/pair_settings.ts";
import { udpEcho, UdpPeer } from "./kit/udp_peer.ts";

const PATIENCE_MS = 10_000;

/** A server application that sends to the virtual address, and notes what comes back. */
class Caller implements AsyncDisposable {
  readonly got: string[] = [];
  readonly from = new Set<string>();
  readonly #changed = new WakeUp();
  readonly #port: number;
  readonly #socket = openDatagramSocket({ host: "127.0.0.1", port: 0 }, {
    received: (bytes, from) => {
      this.got.push(new TextDecoder().decode(bytes));
      this.from.add(from.key);
      this.#changed.wake();
    },
    notSent: () => {},
  });

  constructor(port: number) {
    this.#port = port;
  }

  send(text: string): void {
    this.#socket.send(new TextEncoder().encode(text), endpointOf(VIRTUAL_ADDRESS, this.#port));
  }

  async until(count: number): Promise<void> {
    const timer = setTimeout(() => this.#changed.wake(), PATIENCE_MS);
    const deadline = performance.now() + PATIENCE_MS;
    while (this.got.length < count && performance.now() < deadline) await this.#changed.wait();
    clearTimeout(timer);
    assert(this.got.length >= count, `only ${this.got.length} of ${count} came`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket.close();
  }
}

async function offering(port: number, settings: PairSettings = {}): Promise<LoopbackPair> {
  const pair = await LoopbackPair.connected(1, {
    ...settings,
    datagramClientServices: { pager: port },
  });
  await pair.until((site) => site.clientServices[0]?.address === `${VIRTUAL_ADDRESS}:${port}`);
  return pair;
}

for (const security of ["none", "tls"] as const) {
  Deno.test(`datagrams reach a client application and come back with security ${security}`, async () => {
    await using client = udpEcho();
    await using pair = await offering(client.port, { security });
    await using one = new Caller(client.port);
    await using two = new Caller(client.port);
    for (let i = 0; i < 50; i++) {
      one.send(`one ${i}`);
      two.send(`two ${i}`);
      await Promise.all([one.until(i + 1), two.until(i + 1)]);
    }
    assertEquals(one.got, Array.from({ length: 50 }, (_, i) => `one ${i}`));
    assertEquals(two.got, Array.from({ length: 50 }, (_, i) => `two ${i}`));
    // The server applications see the virtual address, the client application one port for each.
    assertEquals([...one.from], [`${VIRTUAL_ADDRESS}:${client.port}`]);
    assertEquals(client.from.size, 2);
    assertEquals(pair.site.snapshot().flows.map(({ service }) => service), ["pager", "pager"]);
  });

  for (const shape of ["overlapped", "strict", "sudden"] as const) {
    Deno.test(`a called flow with security ${security} survives a ${shape} switch`, async () => {
      await using client = udpEcho();
      await using pair = await offering(client.port, { security });
      await using caller = new Caller(client.port);
      let sent = 0;
      const roundTrip = async () => {
        caller.send(`${++sent}`);
        await caller.until(sent);
      };
      await roundTrip();
      for (const provider of ["b", "a", "b"]) {
        if (shape === "sudden") {
          const before = pair.receipts.length;
          pair.loseProvider();
          await pair.until(() => pair.receipts.length > before);
        } else await pair.switchTo(provider, shape);
        await roundTrip();
      }
      assertEquals(client.from.size, 1);
    });
  }
}

Deno.test("the first datagrams of a caller wait for its flow, in their order", async () => {
  await using client = new UdpPeer();
  await using _pair = await offering(client.port, { security: "tls" });
  await using caller = new Caller(client.port);
  const texts = Array.from({ length: 20 }, (_, i) => `${i}`);
  for (const text of texts) caller.send(text);
  await client.until(20);
  assertEquals(client.got, texts);
});

for (const holdOrder of ["newest", "oldest"] as const) {
  const inOrder = (...texts: string[]) => holdOrder === "newest" ? texts.toReversed() : texts;

  Deno.test(`what waits for a network goes both ways in the order that is wanted: ${holdOrder}`, async () => {
    await using client = new UdpPeer();
    let isConnectable = true;
    await using pair = await offering(client.port, {
      security: "tls",
      holdOrder,
      isCandidate: () => isConnectable,
    });
    await using caller = new Caller(client.port);
    caller.send("first");
    await client.until(1);
    client.reply("first");
    await caller.until(1);
    isConnectable = false;
    pair.loseProvider();
    await pair.until((site) => site.flows[0]?.way === "held");
    const atSnapt = () => [...pair.server.sessions.values()][0]?.driver.flows?.snapshot()[0];
    await pair.eventually(() => atSnapt()?.way === "held", "SNAPT knows it, too");
    for (const text of ["a", "b", "c"]) {
      caller.send(text);
      client.reply(text.toUpperCase());
    }
    await pair.eventually(() => atSnapt()?.held === 3, "SNAPT holds what is for the client");
    await pair.until((site) => site.flows[0]?.held === 3);
    isConnectable = true;
    await Promise.all([client.until(4), caller.until(4)]);
    assertEquals(client.got, ["first", ...inOrder("a", "b", "c")]);
    assertEquals(caller.got, ["first", ...inOrder("A", "B", "C")]);
  });
}

Deno.test("a called flow that is idle for as long as its service says ends at both ends", async () => {
  await using client = udpEcho();
  await using pair = await offering(client.port, { security: "tls", idleMs: 50 });
  await using caller = new Caller(client.port);
  caller.send("one");
  await caller.until(1);
  await pair.until((site) => site.flows.length === 0);
  const [session] = pair.server.sessions.values();
  await pair.eventually(
    () => session?.driver.flows?.snapshot().length === 0,
    "SNAPT's end is gone too",
  );
  caller.send("two");
  await caller.until(2);
  assertEquals([caller.got, client.from.size], [["one", "two"], 2]);
});

Deno.test("callers that nobody answers are forgotten, and calls beyond the limit are counted", async () => {
  await using client = udpEcho();
  await using pair = await offering(client.port, {
    security: "tls",
    limits: { streams: 2 },
    cnaptFlows: 2,
  });
  const [session] = pair.server.sessions.values();
  const callers = Array.from({ length: 6 }, () => new Caller(client.port));
  for (const caller of callers) caller.send("hello");
  await pair.eventually(() => callers.some(({ got }) => got.length === 1), "one is answered");
  await pair.eventually(() => session?.driver.session.pendingCalls === 0, "no call is left");
  for (const caller of callers) await caller[Symbol.asyncDispose]();
});

Deno.test("a caller is refused when the client application cannot be found", async () => {
  await using client = udpEcho();
  await using pair = await LoopbackPair.connected(1, {
    security: "tls",
    clientServices: {},
    datagramClientServices: { pager: client.port },
    isUnfindable: true,
  });
  await pair.until((site) => site.clientServices[0]?.address !== "");
  await using caller = new Caller(client.port);
  caller.send("hello");
  const [session] = pair.server.sessions.values();
  await pair.eventually(
    () => pair.cnaptLog.lines.some((line) => line.includes("client-application-unreachable")),
    "CNAPT says so",
  );
  await pair.eventually(() => session?.driver.session.pendingCalls === 0, "no call is left");
  assertEquals(pair.site.snapshot().flows, []);
});
