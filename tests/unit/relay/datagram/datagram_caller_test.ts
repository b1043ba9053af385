import { DEFAULT_DATAGRAM_TERMS } from "../../../../lib/core/wire/datagram_messages.ts";
import type { DropReason } from "../../../../lib/core/datagram/drop_counters.ts";
import { HoldBudget } from "../../../../lib/core/datagram/hold_budget.ts";
import { MAX_HELD } from "../../../../lib/core/datagram/hold_queue.ts";
import { endpointOf } from "../../../../lib/net/endpoint.ts";
import { DatagramCaller } from "../../../../lib/relay/datagram/datagram_caller.ts";
import { assertEquals } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";
import { bytesOf } from "./kit/flow_parts.ts";

function made(terms = DEFAULT_DATAGRAM_TERMS) {
  const clock = new VirtualClock();
  const sent: string[] = [];
  const drops: [DropReason, number][] = [];
  const closed: string[] = [];
  const ends = { server: endpointOf("192.0.2.9", 4_000), address: "192.0.2.8:4711", terms };
  const caller = new DatagramCaller(ends, clock, new HoldBudget(), {
    send: (payload, to) => sent.push(`${new TextDecoder().decode(payload)} to ${to.key}`),
    dropped: (reason, count) => {
      if (count > 0) drops.push([reason, count]);
    },
    closed: () => closed.push("closed"),
  });
  return { clock, sent, drops, closed, caller };
}

Deno.test("what a caller sends before the answer waits, and goes on in its order", () => {
  const { caller } = made();
  const taken: string[] = [];
  caller.received(bytesOf("a"));
  caller.received(bytesOf("b"));
  caller.answered((payload) => taken.push(new TextDecoder().decode(payload)));
  caller.received(bytesOf("c"));
  assertEquals(taken, ["a", "b", "c"]);
});

Deno.test("what waits for longer than two seconds, and than `hold`, is dropped and counted", async () => {
  const { caller, clock, drops } = made();
  caller.received(bytesOf("a"));
  await clock.advance(2_001);
  assertEquals(caller.unansweredMs(clock.now()), 2_001);
  const taken: Uint8Array[] = [];
  caller.answered((payload) => taken.push(payload));
  assertEquals([taken, drops], [[], [["heldTooLong", 1]]]);
  assertEquals(caller.unansweredMs(clock.now()), 0);
});

Deno.test("answers go to the server application, and a caller that is closed counts what waited", () => {
  const { caller, sent, drops, closed } = made();
  caller.send(bytesOf("x"));
  caller.received(bytesOf("a"));
  caller.close();
  assertEquals(sent, ["x to 192.0.2.9:4000"]);
  assertEquals([drops, closed], [[["flowEnded", 1]], ["closed"]]);
});

Deno.test("a caller that is closed counts what waited in vain, whether or not it was too old", async () => {
  const { caller, clock, drops, closed } = made();
  caller.received(bytesOf("old"));
  await clock.advance(1_500);
  caller.received(bytesOf("new"));
  await clock.advance(1_000);
  caller.close();
  assertEquals([drops, closed], [[["flowEnded", 2]], ["closed"]]);
});

Deno.test("a caller that sends without end drops its oldest datagrams and counts them", () => {
  const { caller, drops } = made();
  for (let i = 0; i < MAX_HELD + 2; i++) caller.received(bytesOf(`${i}`));
  assertEquals(drops, [["holdFull", 1], ["holdFull", 1]]);
  const taken: string[] = [];
  caller.answered((payload) => taken.push(new TextDecoder().decode(payload)));
  assertEquals([taken.length, taken[0], taken.at(-1)], [MAX_HELD, "2", `${MAX_HELD + 1}`]);
});

Deno.test("where the oldest are kept, a caller drops what comes when there is no more room", () => {
  const { caller, drops } = made({ ...DEFAULT_DATAGRAM_TERMS, holdOrder: "oldest" });
  for (let i = 0; i < MAX_HELD + 2; i++) caller.received(bytesOf(`${i}`));
  assertEquals(drops, [["holdFull", 1], ["holdFull", 1]]);
  const taken: string[] = [];
  caller.answered((payload) => taken.push(new TextDecoder().decode(payload)));
  assertEquals([taken.length, taken[0], taken.at(-1)], [MAX_HELD, "0", `${MAX_HELD - 1}`]);
});

Deno.test("what waits for an answer waits for as long as its service holds", async () => {
  const { caller, clock, drops } = made({ ...DEFAULT_DATAGRAM_TERMS, holdMs: 10_000 });
  caller.received(bytesOf("a"));
  await clock.advance(10_000);
  const taken: string[] = [];
  caller.answered((payload) => taken.push(new TextDecoder().decode(payload)));
  assertEquals([taken, drops], [["a"], []]);
});
