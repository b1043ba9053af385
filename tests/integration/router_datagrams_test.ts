/** PCP and NAT-PMP with scripted routers on loopback, all bad input that a network could bring. */
import type { WantedPort } from "../../lib/core/mapping/mapping_answer.ts";
import { openLibc } from "../../lib/net/libc.ts";
import { GatewaySocket } from "../../lib/relay/mapping/gateway_socket.ts";
import { NatPmpClient } from "../../lib/relay/mapping/nat_pmp_client.ts";
import { PcpClient } from "../../lib/relay/mapping/pcp_client.ts";
import type { Clock } from "../../lib/relay/run/clock.ts";
import { SYSTEM_CLOCK } from "../../lib/relay/run/system_clock.ts";
import { assert, assertEquals } from "../assert.ts";
import { FakeRouter, HASTY_CLOCK, pcpGranted } from "./kit/fake_router.ts";

openLibc(); // opened once for all tests: it is never closed

const WANTED: WantedPort = { transport: "tcp", port: 7_787, outerPort: 7_787, outerHost: null };
const NONCE = new Uint8Array(12).fill(7);
const OUTER = { host: "20.30.40.5", port: 7_787 };
const { signal } = new AbortController();

async function askPcp(router: FakeRouter, clock: Clock = SYSTEM_CLOCK) {
  const socket = new GatewaySocket(FakeRouter.place, clock, router.port);
  const client = new PcpClient(FakeRouter.place, socket, () => NONCE);
  const answer = await client.map(WANTED, signal);
  await client.close();
  return answer;
}

async function askNatPmp(router: FakeRouter, clock: Clock = SYSTEM_CLOCK) {
  const socket = new GatewaySocket(FakeRouter.place, clock, router.port);
  const client = new NatPmpClient(FakeRouter.place, socket);
  const answer = await client.map(WANTED, signal);
  await client.close();
  return answer;
}

Deno.test("a port is mapped by PCP", async () => {
  await using router = new FakeRouter((question) => pcpGranted(question));
  assertEquals(await askPcp(router), {
    ...{ kind: "granted", outer: OUTER, lifetimeS: 3_600, epochS: 1_000 },
  });
  assertEquals(router.heard.length, 1);
});

Deno.test("a question that got lost is asked again", async () => {
  await using router = new FakeRouter((question, count) => count < 3 ? null : pcpGranted(question));
  assertEquals((await askPcp(router, HASTY_CLOCK)).kind, "granted");
});

Deno.test("only what the router says from its own port counts", async () => {
  await using router = new FakeRouter((question, count) => {
    const forged = pcpGranted(question, { port: 666 });
    if (count === 1 && router.lastFrom !== null) {
      void neighbour.say(forged, router.lastFrom);
      void otherHost.say(forged, router.lastFrom);
    }
    return count === 1 ? null : pcpGranted(question);
  });
  await using neighbour = new FakeRouter(() => null);
  await using otherHost = new FakeRouter(() => null, { host: "127.0.0.2", port: router.port });
  const answer = await askPcp(router);
  assert(answer.kind === "granted");
  assertEquals(answer.outer, OUTER);
});

for (
  const [what, change] of [
    ["of another nonce", (answer: Uint8Array) => answer.fill(9, 24, 36)],
    ["for another port", (answer: Uint8Array) => answer.fill(9, 40, 42)],
    ["for UDP", (answer: Uint8Array) => answer.fill(17, 36, 37)],
    ["that is cut off", (answer: Uint8Array) => answer.subarray(0, 44)],
    ["that is a request", (answer: Uint8Array) => answer.fill(1, 1, 2)],
    ["of nothing", () => new Uint8Array(0)],
    ["that is too long", () => new Uint8Array(5_000).fill(0x81)],
  ] as const
) {
  Deno.test(`an answer of PCP ${what} is none`, async () => {
    await using router = new FakeRouter((question) => change(pcpGranted(question)));
    const answer = await askPcp(router, HASTY_CLOCK);
    assertEquals(answer, { kind: "silent", words: "nobody answers at 127.0.0.1" });
  });
}

Deno.test("why PCP refuses is said", async () => {
  const all: string[] = [];
  for (const result of [1, 2, 3, 7, 8, 11, 12, 99]) {
    await using router = new FakeRouter((question) => pcpGranted(question, { result }));
    const answer = await askPcp(router);
    assert(answer.kind === "refused", `${result}`);
    all.push(answer.why);
  }
  assertEquals(all, [
    ...["otherVersion", "forbidden", "failed", "unconnected"],
    ...["full", "taken", "failed", "failed"],
  ]);
});

Deno.test("a router that knows NAT-PMP only is asked by that", async () => {
  await using router = new FakeRouter((question) => natPmpAnswer(question));
  const refused = await askPcp(router);
  assert(refused.kind === "refused" && refused.why === "otherVersion");
  assertEquals(await askNatPmp(router), {
    ...{ kind: "granted", outer: OUTER, lifetimeS: 3_600, epochS: 77 },
  });
});

Deno.test("a router that refuses by NAT-PMP, and one that says nothing of use", async () => {
  await using forbids = new FakeRouter(({ 1: opcode = 0 }) =>
    Uint8Array.of(0, 0x80 | opcode, 0, 2, 0, 0, 0, 1)
  );
  const answer = await askNatPmp(forbids);
  assert(answer.kind === "refused" && answer.why === "forbidden");
  await using odd = new FakeRouter(() => Uint8Array.of(0, 0x80, 0, 0, 1));
  assertEquals((await askNatPmp(odd, HASTY_CLOCK)).kind, "silent");
  await using zero = new FakeRouter((question) => natPmpAnswer(question, 0));
  assertEquals((await askNatPmp(zero)).kind, "refused");
});

/** What a router says that knows NAT-PMP and nothing else. */
function natPmpAnswer(question: Uint8Array, outerPort = 7_787): Uint8Array {
  const { 0: version = 0, 1: opcode = 0 } = question;
  if (version !== 0) return Uint8Array.of(0, 0x80, 0, 1, 0, 0, 0, 77);
  const head = [0, 0x80 | opcode, 0, 0, 0, 0, 0, 77];
  if (opcode === 0) return Uint8Array.of(...head, 20, 30, 40, 5);
  const port = [outerPort >> 8, outerPort & 255];
  return Uint8Array.of(...head, ...question.subarray(4, 6), ...port, ...question.subarray(8, 12));
}
