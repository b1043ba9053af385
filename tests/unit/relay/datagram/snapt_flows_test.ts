import { DEFAULT_DATAGRAM_TERMS } from "../../../../lib/core/wire/datagram_messages.ts";
import { loadSodium } from "../../../../lib/relay/datagram/sealing/chacha20_poly1305.ts";
import { parseDestinationRule } from "../../../../lib/core/access/destination_rule.ts";
import { DropCounters } from "../../../../lib/core/datagram/drop_counters.ts";
import { decodePacket, type Packet } from "../../../../lib/core/datagram/packet.ts";
import type { StreamTarget } from "../../../../lib/core/wire/stream_opening.ts";
import { HELD_DATAGRAM_BYTES, HoldBudget } from "../../../../lib/core/datagram/hold_budget.ts";
import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import { openDatagramSocket } from "../../../../lib/net/datagram_socket.ts";
import { type Endpoint, endpointOf } from "../../../../lib/net/endpoint.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { deriveDatagramKeys } from "../../../../lib/relay/datagram/sealing/datagram_keys.ts";
import { DatagramSeal } from "../../../../lib/relay/datagram/sealing/datagram_seal.ts";
import type { Clock } from "../../../../lib/relay/run/clock.ts";
import { DatagramCaller } from "../../../../lib/relay/datagram/datagram_caller.ts";
import { SYSTEM_CLOCK } from "../../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { SnaptFlows } from "../../../../lib/relay/datagram/snapt_flows.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { VirtualClock } from "../../../virtual_clock.ts";
import { eventually } from "./kit/eventually.ts";
import { bytesOf } from "./kit/flow_parts.ts";
import { UdpEnd } from "./kit/udp_end.ts";

await loadSodium();

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const OFFER = { protection: "sealed", tag: 7, secret: "00".repeat(32), flows: 4_096 } as const;

/** The flows of a session, and what a CNAPT does with them. */
function session(
  find: () => Promise<Endpoint>,
  { clock = SYSTEM_CLOCK, limit = 4_096 }: { clock?: Clock; limit?: number } = {},
) {
  const keys = deriveDatagramKeys(new Uint8Array(32), OFFER);
  const { protection, tag } = OFFER;
  const cnapt = new DatagramSeal({ protection, tag, sending: keys.cnapt, receiving: keys.snapt });
  const answers: Packet[] = [];
  const drops = new DropCounters();
  const log = new TestLog();
  const flows = new SnaptFlows({
    offer: { ...OFFER, flows: limit, services: [] },
    keys: { protection, tag, sending: keys.snapt, receiving: keys.cnapt },
    rules: [parseDestinationRule("*.test:53")],
    drops,
    findServer: async () => ({ server: await find(), answersFrom: "ownPort" }),
    tasks: TaskGroup.root(clock, log),
    log,
    send: (bytes) => {
      const opened = cnapt.open(bytes);
      if (opened.kind === "opened") answers.push(decodePacket(opened.packet.slice()));
    },
    bindAddress: () => {},
  });
  const socket = openDatagramSocket({ host: "127.0.0.1", port: 0 }, {
    received: () => {},
    notSent: () => {},
  });
  const path = { key: "here", peer: endpointOf("127.0.0.1", 9), socket };
  const open = (flow: number, target: StreamTarget, epoch = 0) => {
    const payload = new Uint8Array(100);
    const packet = { kind: "bind", flow, epoch, target, source: "", payload } as const;
    flows.client.sealedReceived(cnapt.seal(packet), path);
  };
  const bind = (flow: number, host: string, epoch = 0) =>
    open(flow, { kind: "destination", host, port: 53 }, epoch);
  const close = async () => {
    flows.close();
    await socket.close();
  };
  return { flows, open, bind, answers, drops, close };
}

Deno.test("a flood of names is looked for a few at a time", async () => {
  const searches: ((found: Endpoint) => void)[] = [];
  const { bind, answers, drops, close } = session(() =>
    new Promise((resolve) => searches.push(resolve))
  );
  for (let flow = 1; flow <= 100; flow++) bind(flow, `n${flow}.test`);
  const refused = answers.filter((one) => one.kind === "unbound").map(({ code }) => code);
  assertEquals(searches.length, 64);
  assertEquals(refused, Array.from({ length: 36 }, () => "limit"));
  assertEquals(drops.snapshot().flowLimit, 36);

  searches[0]?.(endpointOf("127.0.0.1", 9));
  await Promise.resolve();
  await Promise.resolve();
  bind(101, "n101.test");
  assertEquals(searches.length, 65, "one search has ended, so there is room for another");
  await close();
});

Deno.test("a flow ends when new rules do not allow where it leads, also one that is being looked for", async () => {
  const searches: ((found: Endpoint) => void)[] = [];
  const { flows, bind, answers, close } = session(() =>
    new Promise((resolve) => searches.push(resolve))
  );
  for (const [index, host] of ["a.test", "b.test", "c.test"].entries()) bind(index + 1, host);
  searches[0]?.(endpointOf("127.0.0.1", 53));
  await eventually(() => answers.some(({ kind }) => kind === "located"));
  const refused = () =>
    answers.flatMap((one) => one.kind === "unbound" ? [`${one.flow} ${one.code}`] : []);
  flows.rulesChanged([parseDestinationRule("127.0.0.0/8:53"), parseDestinationRule("b.test:53")]);
  assertEquals(refused(), []);
  searches[1]?.(endpointOf("127.0.0.1", 53));
  searches[2]?.(endpointOf("192.0.2.7", 53)); // what only the rule for its name would allow
  await eventually(() => refused().length === 1);
  flows.rulesChanged([parseDestinationRule("b.test:53")]);
  assertEquals(refused(), ["3 notAllowed", "1 notAllowed", "2 notAllowed"]);
  await close();
});

Deno.test("flows to a UDP service that is taken away end, and those to a new one begin", async () => {
  const { flows, open, answers, close } = session(() =>
    Promise.resolve(endpointOf("127.0.0.1", 9))
  );
  const service = (name: string) => ({ name, ...DEFAULT_DATAGRAM_TERMS });
  const to = (name: string) => ({ kind: "service", name }) as const;
  const said = () => answers.map((one) => "flow" in one ? `${one.kind} ${one.flow}` : one.kind);
  open(1, to("dns"));
  flows.servicesChanged([service("dns"), service("ntp")]);
  open(2, to("dns"));
  open(3, to("ntp"));
  flows.servicesChanged([service("ntp")]);
  const lines = said().filter((line) => /bound/.test(line));
  assertEquals(lines, ["unbound 1", "bound 2", "bound 3", "unbound 2"]);
  assertEquals(flows.snapshot().map(({ service }) => service), ["ntp"]);
  await close();
});

Deno.test("a name is refused at once when no rule allows it, and nobody looks for it", async () => {
  let searches = 0;
  const { bind, answers, drops, close } = session(() => {
    searches += 1;
    return Promise.resolve(endpointOf("127.0.0.1", 9));
  });
  bind(1, "example.org");
  assertEquals(searches, 0);
  assertEquals(answers.find((one) => one.kind === "unbound"), {
    kind: "unbound",
    flow: 1,
    code: "notAllowed",
  });
  assertEquals(drops.snapshot().notAllowed, 1);
  await close();
});

Deno.test("a flow that nobody answered makes room for the next, and is counted", async () => {
  const nobody = Promise.withResolvers<Endpoint>();
  const { flows, bind, drops, close } = session(() => nobody.promise, { limit: 1 });
  bind(1, "a.test");
  bind(2, "b.test");
  assertEquals(flows.snapshot().map(({ flow }) => flow), [2]);
  assertEquals(drops.snapshot().flowLimit, 1);
  await close();
});

Deno.test("CNAPT is told of a flow that nothing used for its idle time", async () => {
  const clock = new VirtualClock();
  const nobody = Promise.withResolvers<Endpoint>();
  const { flows, bind, answers, close } = session(() => nobody.promise, { clock });
  bind(1, "a.test");
  await clock.advance(59_999);
  assertEquals(flows.snapshot().length, 1);
  await clock.advance(1);
  assertEquals([flows.snapshot().length, answers.at(-1)], [0, {
    kind: "unbound",
    flow: 1,
    code: "idle",
  }]);
  await close();
});

Deno.test("a conversation is kept while CNAPT is away, however long, and its idle time goes on then", async () => {
  const clock = new VirtualClock();
  const nobody = Promise.withResolvers<Endpoint>();
  const { flows, bind, close } = session(() => nobody.promise, { clock });
  bind(1, "a.test");
  await clock.advance(30_000);
  flows.suspend();
  await clock.advance(3 * 86_400_000);
  assertEquals(flows.snapshot().length, 1);
  flows.resume(1);
  await clock.advance(29_999);
  assertEquals(flows.snapshot().length, 1);
  await clock.advance(1);
  assertEquals(flows.snapshot().length, 0);
  await close();
});

Deno.test("what is answered while CNAPT is away waits for where it is next, or is counted", async () => {
  await using server = new UdpEnd();
  const clock = new VirtualClock();
  const world = session(() => Promise.resolve(server.endpoint), { clock });
  const { flows, bind, answers, drops } = world;
  const held = () => flows.snapshot()[0]?.held;
  const payloads = () => answers.flatMap((one) => one.kind === "data" ? [one.payload] : []);
  bind(1, "a.test");
  const { from } = await server.hear(0);
  flows.client.suspend();
  server.socket.send(bytesOf("a"), from);
  server.socket.send(bytesOf("b"), from);
  await eventually(() => held() === 2);
  flows.client.resume(4);
  assertEquals([held(), payloads()], [2, []], "it is not known yet where CNAPT is");
  bind(1, "a.test", 4);
  assertEquals([held(), payloads()], [0, [bytesOf("b"), bytesOf("a")]], "the newest first");
  flows.client.suspend();
  server.socket.send(bytesOf("c"), from);
  await eventually(() => held() === 1);
  await world.close();
  assertEquals(drops.snapshot().heldTooLong, 1);
});

Deno.test("who calls is let go when there is no room for the answer", async () => {
  await using server = new UdpEnd();
  const world = session(() => Promise.resolve(server.endpoint), { limit: 1 });
  const { flows, open, bind, answers } = world;
  bind(1, "a.test");
  const { from } = await server.hear(0);
  server.socket.send(bytesOf("a"), from);
  await eventually(() => flows.snapshot()[0]?.sentDatagrams === 1);
  let closed = 0;
  const terms = DEFAULT_DATAGRAM_TERMS;
  const ends = { server: server.endpoint, address: "127.1.0.1:53", terms };
  const caller = new DatagramCaller(ends, SYSTEM_CLOCK, new HoldBudget(), {
    send: () => {},
    dropped: () => {},
    closed: () => closed += 1,
  });
  flows.answerCalls((call) => call === 5 ? caller : null);
  open(2, { kind: "call", call: 5, name: "pager" });
  open(3, { kind: "call", call: 6, name: "pager" });
  const refused = answers.flatMap((one) => one.kind === "unbound" ? [[one.flow, one.code]] : []);
  assertEquals([closed, refused], [1, [[2, "limit"], [3, "notAllowed"]]]);
  await world.close();
});

Deno.test("what waits in flows counts in the session's memory until they end", async () => {
  const memory = new MemoryBudget(10 * (100 + HELD_DATAGRAM_BYTES));
  const { flows, bind, drops, close } = session(() => new Promise(() => {}));
  flows.countIn(memory);
  for (let flow = 1; flow <= 12; flow++) bind(flow, `n${flow}.test`);
  assertEquals([memory.usedBytes, drops.snapshot().holdFull], [memory.limitBytes, 2]);
  await close();
  assertEquals(memory.usedBytes, 0);
});
