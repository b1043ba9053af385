import { DropCounters } from "../../../../lib/core/datagram/drop_counters.ts";
import { FlowBinding } from "../../../../lib/relay/datagram/flow_binding.ts";
import type { DatagramWay } from "../../../../lib/relay/datagram/packet_carrier.ts";
import { assertEquals } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";
import { bytesOf, flowTo, HeardApplication, HOLD_MS, ListCarrier } from "./kit/flow_parts.ts";

const DNS = { kind: "service", name: "dns" } as const;

function made(way: DatagramWay | null) {
  const clock = new VirtualClock();
  const drops = new DropCounters();
  const due: number[] = [];
  const binding = new FlowBinding({ clock, drops, due: (at) => due.push(at) });
  const carrier = new ListCarrier(way ?? "held");
  if (way !== null) binding.use(carrier);
  return { clock, drops, due, binding, carrier, flow: flowTo(DNS, new HeardApplication()) };
}

Deno.test("the first datagrams bind the flow, the later ones only carry their payload", () => {
  const { binding, carrier, flow } = made("sealed");
  binding.send(flow, bytesOf("a"));
  binding.send(flow, bytesOf("b"));
  flow.state = "bound";
  binding.send(flow, bytesOf("c"));
  assertEquals(carrier.words, ['bind "a"', 'bind "b"', 'data "c"']);
});

Deno.test("an empty datagram is one too, also when it is the first of its flow", () => {
  for (const way of ["sealed", "link"] as const) {
    const { binding, carrier, flow } = made(way);
    binding.send(flow, bytesOf(""));
    binding.send(flow, bytesOf("a"));
    assertEquals(carrier.words, ['bind ""', 'data ""', 'bind "a"']);
  }
  const { binding, carrier, flow } = made("signed");
  binding.send(flow, bytesOf(""));
  binding.bound(flow);
  assertEquals(carrier.words, ['bind ""', 'data ""']);
});

Deno.test("untouched payload waits until its address is bound, and then goes out newest first", () => {
  const { binding, carrier, flow, due } = made("signed");
  binding.send(flow, bytesOf("a"));
  binding.send(flow, bytesOf("b"));
  assertEquals([carrier.words, flow.held.length, due], [['bind ""'], 2, [250]]);
  binding.bound(flow);
  assertEquals(carrier.words, ['bind ""', 'data "b"', 'data "a"']);
});

Deno.test("a bind that is not answered is repeated, and one that is answered is not", async () => {
  const { binding, carrier, flow, clock } = made("signed");
  binding.send(flow, bytesOf("a"));
  assertEquals(binding.repeat([flow]), 250);
  await clock.advance(250);
  assertEquals([binding.repeat([flow]), carrier.words.length], [500, 2]);
  binding.bound(flow);
  assertEquals([binding.repeat([flow]), carrier.words], [Infinity, ['bind ""', 'bind ""']]);
});

Deno.test("without a way datagrams are held as long as the service wants, and the dropped counted", async () => {
  const { binding, carrier, flow, clock, drops } = made(null);
  binding.send(flow, bytesOf("old"));
  await clock.advance(HOLD_MS + 1);
  binding.send(flow, bytesOf("new"));
  binding.use(carrier);
  carrier.way = "link";
  binding.wayChanged([flow]);
  assertEquals(carrier.words, ['bind "new"']);
  assertEquals(drops.snapshot(), { heldTooLong: 1 });
});

Deno.test("a flow whose service is not allowed over the network is held, and SNAPT forgets it", () => {
  const { binding, carrier, flow } = made("sealed");
  flow.state = "bound";
  carrier.barred.add("dns");
  binding.wayChanged([flow]);
  assertEquals([carrier.words, flow.state, binding.wayOf(flow)], [
    ["unbound idle"],
    "unbound",
    "held",
  ]);
  binding.send(flow, bytesOf("a"));
  assertEquals([carrier.words.length, flow.held.length], [1, 1]);
  binding.ask(flow);
  assertEquals(carrier.words.length, 1);
});

Deno.test("SNAPT is told of a flow that ends where it knows of it, and the carrier forgets it", () => {
  const { binding, carrier, flow } = made("sealed");
  binding.end(flow, "idle");
  assertEquals([carrier.words, carrier.forgotten], [[], [7]]);
  flow.state = "bound";
  binding.end(flow, null);
  binding.end(flow, "idle");
  assertEquals(carrier.words, ["unbound idle"]);
});

Deno.test("only the carrier in use is left", () => {
  const { binding, carrier } = made("sealed");
  binding.leaveCarrier(new ListCarrier("link"));
  assertEquals(binding.way, "sealed");
  binding.leaveCarrier(carrier);
  assertEquals(binding.way, "held");
});

Deno.test("an answer to a call is told again until SNAPT has bound it", async () => {
  const { binding, carrier, clock, due } = made("sealed");
  const answer = flowTo({ kind: "call", call: 4, name: "pager" }, new HeardApplication());
  binding.announce(answer);
  assertEquals([carrier.words, due], [['bind ""'], [250]]);
  await clock.advance(250);
  assertEquals(binding.repeat([answer]), 500);
  binding.bound(answer);
  assertEquals([binding.repeat([answer]), carrier.words.length], [Infinity, 2]);
});

Deno.test("a flow is bound anew on the signed way, since SNAPT does not know its address there", () => {
  const { binding, carrier, flow } = made("sealed");
  flow.state = "bound";
  carrier.way = "signed";
  binding.wayChanged([flow]);
  binding.send(flow, bytesOf("a"));
  assertEquals([carrier.words, flow.held.length], [['bind ""'], 1]);
});

Deno.test("an answer to a call is told again when the way changes, also with nothing to send", () => {
  const { binding, carrier, flow } = made("link");
  const answer = flowTo({ kind: "call", call: 4, name: "pager" }, new HeardApplication());
  binding.wayChanged([flow, answer]);
  assertEquals(carrier.words, ['bind ""']);
});

Deno.test("without a way nothing is announced and no end is told, but SNAPT can be asked", () => {
  const { binding, carrier, flow } = made("held");
  binding.use(carrier);
  flow.state = "bound";
  binding.announce(flow);
  binding.end(flow, "idle");
  assertEquals([carrier.words, carrier.forgotten], [[], [7]]);
  binding.ask(flow);
  assertEquals(carrier.words, ['bind ""']);
});
