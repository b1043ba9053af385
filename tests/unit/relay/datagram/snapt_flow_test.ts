import { HoldBudget } from "../../../../lib/core/datagram/hold_budget.ts";
import { HoldQueue } from "../../../../lib/core/datagram/hold_queue.ts";
import { DEFAULT_DATAGRAM_TERMS } from "../../../../lib/core/wire/datagram_messages.ts";
import { snapshotOf } from "../../../../lib/relay/datagram/snapt_flow.ts";
import { assertEquals } from "../../../assert.ts";
import { bytesOf } from "./kit/flow_parts.ts";

Deno.test("a flow is shown with both of its addresses and what it holds", () => {
  const held = new HoldQueue(DEFAULT_DATAGRAM_TERMS, new HoldBudget());
  held.push(bytesOf("x"), 0);
  const side = { address: "127.0.0.1:4000", server: null, send: () => {}, close: () => {} };
  const flow = {
    number: 7,
    target: { kind: "service", name: "dns" } as const,
    service: "dns",
    source: "127.0.0.1",
    application: "127.0.0.1:5000",
    held,
    side,
    idleMs: 1,
    usedAt: 0,
    answered: false,
    sentDatagrams: 4,
    receivedDatagrams: 3,
  };
  assertEquals(snapshotOf(flow, "link"), {
    flow: 7,
    service: "dns",
    application: "127.0.0.1:5000",
    server: "127.0.0.1:4000",
    way: "link",
    sentDatagrams: 4,
    receivedDatagrams: 3,
    held: 1,
  });
});
