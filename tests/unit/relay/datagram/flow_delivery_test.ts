import { DropCounters } from "../../../../lib/core/datagram/drop_counters.ts";
import { HoldBudget } from "../../../../lib/core/datagram/hold_budget.ts";
import { HoldQueue } from "../../../../lib/core/datagram/hold_queue.ts";
import { endpointOf } from "../../../../lib/net/endpoint.ts";
import type { CnaptFlow } from "../../../../lib/relay/datagram/cnapt_flow.ts";
import { FlowDelivery } from "../../../../lib/relay/datagram/flow_delivery.ts";
import { assertEquals } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";
import { bytesOf, flowTo, HeardApplication, HOLD_MS } from "./kit/flow_parts.ts";

const DNS = { kind: "service", name: "dns" } as const;
const NAME = { kind: "destination", host: "a.example", port: 53 } as const;

function made() {
  const clock = new VirtualClock();
  const drops = new DropCounters();
  const asked: CnaptFlow[] = [];
  const delivery = new FlowDelivery({ clock, drops, ask: (flow) => asked.push(flow) });
  return { clock, drops, asked, delivery, application: new HeardApplication() };
}

Deno.test("a service's datagrams are delivered at once, from nobody in particular", () => {
  const { delivery, application, asked } = made();
  delivery.deliver(flowTo(DNS, application), bytesOf("a"));
  assertEquals([application.heard, asked], [[["a", null]], []]);
});

Deno.test("datagrams of a destination wait until SNAPT says where it is, and keep their order", () => {
  const { delivery, application, asked } = made();
  const unread = new HoldQueue({ holdMs: HOLD_MS, holdOrder: "newest" }, new HoldBudget());
  const flow = flowTo(NAME, application, { kind: "asked", unread });
  delivery.deliver(flow, bytesOf("a"));
  delivery.deliver(flow, bytesOf("b"));
  assertEquals([application.heard, asked.length], [[], 2]);
  delivery.located(flow, null);
  assertEquals(application.heard, []);
  delivery.located(flow, endpointOf("192.0.2.9", 53));
  delivery.deliver(flow, bytesOf("c"));
  delivery.located(flow, endpointOf("192.0.2.66", 53));
  delivery.deliver(flow, bytesOf("d"));
  const from = "192.0.2.9:53";
  assertEquals(application.heard, [["a", from], ["b", from], ["c", from], ["d", from]]);
});

Deno.test("what waits in both directions is counted when the flow ends", async () => {
  const { delivery, application, drops, clock } = made();
  const unread = new HoldQueue({ holdMs: HOLD_MS, holdOrder: "newest" }, new HoldBudget());
  const flow = flowTo(NAME, application, { kind: "asked", unread });
  flow.held.push(bytesOf("out"), 0);
  delivery.deliver(flow, bytesOf("in"));
  await clock.advance(10);
  delivery.end(flow);
  assertEquals(drops.snapshot(), { heldTooLong: 2 });
  assertEquals([application.heard, unread.length, flow.held.length], [[], 0, 0]);
});
