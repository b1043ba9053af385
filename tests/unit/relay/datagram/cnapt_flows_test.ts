import { CnaptFlows } from "../../../../lib/relay/datagram/cnapt_flows.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";
import { bytesOf, HeardApplication, ListCarrier } from "./kit/flow_parts.ts";

const DNS = { kind: "service", name: "dns" } as const;
const SERVICES = [{ name: "dns", holdMs: 200, idleMs: 5_000, holdOrder: "newest" as const }];

function made(limit = 2) {
  const clock = new VirtualClock();
  const log = new TestLog();
  const flows = new CnaptFlows({ limit, tasks: testTasks(clock, log), log });
  const carrier = new ListCarrier("sealed");
  const open = (address = "127.0.0.1:5000", target: Parameters<CnaptFlows["open"]>[0] = DNS) => {
    const application = new HeardApplication();
    const flow = flows.open(target, address, application);
    assert(flow !== null);
    return { flow, application };
  };
  return { clock, log, flows, carrier, open };
}

Deno.test("a flow is bound again in the next session, and its application never learns of it", () => {
  const { flows, carrier, open } = made();
  flows.attach(carrier, SERVICES);
  const { flow, application } = open();
  flows.send(flow, bytesOf("a"));
  flows.received({ kind: "data", flow: flow.number, payload: bytesOf("A") });
  flows.send(flow, bytesOf("b"));
  flows.detach(carrier);
  flows.send(flow, bytesOf("c"));
  const next = new ListCarrier("sealed");
  flows.attach(next, SERVICES);
  assertEquals(carrier.words, ['bind "a"', 'data "b"']);
  assertEquals(next.words, ['bind "c"']);
  assertEquals([application.heard, application.ends], [[["A", null]], []]);
});

Deno.test("an answer to a call is one of its session only", () => {
  const { flows, carrier, open } = made();
  flows.attach(carrier, SERVICES);
  const { application } = open("127.0.0.1:1", { kind: "call", call: 3, name: "pager" });
  flows.attach(new ListCarrier("sealed"), SERVICES);
  assertEquals([application.ends, flows.count], [[null], 0]);
});

Deno.test("a flow that says nothing for as long as its service wants ends, and SNAPT hears of it", async () => {
  const { flows, carrier, open, clock } = made();
  flows.attach(carrier, SERVICES);
  const { flow, application } = open();
  flows.send(flow, bytesOf("a"));
  await clock.advance(4_000);
  flows.received({ kind: "data", flow: flow.number, payload: bytesOf("A") });
  await clock.advance(4_999);
  assertEquals(flows.count, 1);
  await clock.advance(1);
  assertEquals([flows.count, application.ends, carrier.words.at(-1)], [0, [null], "unbound idle"]);
  assertEquals(clock.pending, 0);
});

Deno.test("a flow is kept while there is no network, and its idle time goes on when there is one", async () => {
  const { flows, carrier, open, clock } = made();
  flows.attach(carrier, SERVICES);
  open();
  await clock.advance(2_000);
  flows.suspend();
  await clock.advance(86_400_000);
  assertEquals(flows.count, 1);
  flows.wayChanged();
  await clock.advance(2_999);
  assertEquals(flows.count, 1);
  await clock.advance(1);
  assertEquals([flows.count, clock.pending], [0, 0]);
});

Deno.test("a flow that no session carries any more does not last longer for that", async () => {
  const { flows, carrier, open, clock } = made();
  flows.attach(carrier, SERVICES);
  open();
  flows.suspend();
  flows.detach(carrier);
  await clock.advance(5_000);
  assertEquals([flows.count, clock.pending], [0, 0]);
});

Deno.test("beyond the limit the one used least of its host makes room, unless all were answered", async () => {
  const { flows, carrier, open, clock } = made(2);
  flows.attach(carrier, SERVICES);
  const first = open("[2001:db8::1]:1");
  const second = open("[2001:db8::1]:2");
  await clock.advance(1);
  flows.send(first.flow, bytesOf("a"));
  assertEquals(flows.open(DNS, "[2001:db8::2]:1", new HeardApplication()), null);
  const third = open("[2001:db8::1]:3");
  assertEquals([first.application.ends, second.application.ends], [[], ["limit"]]);
  for (const { flow } of [first, third]) {
    flows.received({ kind: "data", flow: flow.number, payload: bytesOf("A") });
  }
  assertEquals(flows.open(DNS, "[2001:db8::1]:4", new HeardApplication()), null);
  assertEquals([flows.count, flows.drops.snapshot()], [2, { flowLimit: 3 }]);
});

Deno.test("a refusal ends the flow, is counted, and is logged once for its service", () => {
  const { flows, carrier, open, log } = made();
  flows.attach(carrier, SERVICES);
  for (const address of ["127.0.0.1:1", "127.0.0.1:2"]) {
    const { flow, application } = open(address);
    flows.received({ kind: "unbound", flow: flow.number, code: "notAllowed" });
    assertEquals(application.ends, ["notAllowed"]);
  }
  assertEquals(flows.drops.snapshot(), { notAllowed: 2 });
  assertEquals(log.lines, ['info flow-refused {"service":"dns","reason_code":"notAllowed"}']);
});

Deno.test("a packet about a flow that is over is answered, one that says so is not", () => {
  const { flows, carrier } = made();
  flows.attach(carrier, SERVICES);
  flows.received({ kind: "data", flow: 99, payload: bytesOf("x") });
  flows.received({ kind: "unbound", flow: 99, code: "idle" });
  assertEquals([carrier.words, flows.drops.snapshot()], [["unbound unknownFlow"], {
    unknownFlow: 1,
  }]);
});

Deno.test("a datagram that does not fit is logged once for each way, and always counted", () => {
  const { flows, log } = made();
  flows.notSent("tooBig", 1_500);
  flows.notSent("tooBig", 1_400);
  flows.wayChanged();
  flows.notSent("tooBig", 1_300);
  flows.notSent("linkFull", 10);
  assertEquals(flows.drops.snapshot(), { tooBig: 3, linkFull: 1 });
  assertEquals(log.of("warn").map((line) => /"bytes":(\d+)/.exec(line)?.[1]), ["1500", "1300"]);
});

Deno.test("closing all tells every application, and leaves no timer", () => {
  const { flows, open, clock } = made();
  const [one, two] = [open("127.0.0.1:1"), open("127.0.0.1:2")];
  flows.close(one.flow);
  flows.close(one.flow);
  flows.closeAll();
  assertEquals([one.application.ends, two.application.ends], [[null], [null]]);
  assertEquals([flows.count, clock.pending], [0, 0]);
});

Deno.test("a call that comes while the site stops opens no flow that nobody would end", () => {
  const { flows, carrier } = made();
  flows.attach(carrier, SERVICES);
  flows.closeAll();
  const call = { kind: "call", call: 1, name: "pager" } as const;
  assertEquals(flows.open(call, "192.0.2.9:9", new HeardApplication()), null);
  assertEquals(flows.count, 0);
});

Deno.test("a refusal is logged again in the next session, where it may be another SNAPT's", () => {
  const { flows, carrier, open, log } = made();
  for (const address of ["127.0.0.1:1", "127.0.0.1:2"]) {
    flows.attach(carrier, SERVICES);
    flows.received({ kind: "unbound", flow: open(address).flow.number, code: "unreachable" });
  }
  assertEquals(log.of("info").length, 2);
});

Deno.test("a flow that SNAPT has forgotten is bound again by its next datagram, and stays", () => {
  const { flows, carrier, open } = made();
  flows.attach(carrier, SERVICES);
  const { flow, application } = open();
  for (const code of ["idle", "unknownFlow"] as const) {
    flows.received({ kind: "bound", flow: flow.number });
    flows.send(flow, bytesOf("a"));
    flows.received({ kind: "unbound", flow: flow.number, code });
    flows.send(flow, bytesOf("b"));
  }
  assertEquals(carrier.words, ['data "a"', 'bind "b"', 'data "a"', 'bind "b"']);
  assertEquals([application.ends, flows.drops.snapshot()], [[], {}]);
});

Deno.test("what comes over a network where its service is barred is delivered, and SNAPT told to stop", () => {
  const { flows, carrier, open } = made();
  flows.attach(carrier, SERVICES);
  const { flow, application } = open();
  carrier.barred.add("dns");
  flows.received({ kind: "data", flow: flow.number, payload: bytesOf("A") });
  assertEquals([application.heard, carrier.words], [[["A", null]], ["unbound idle"]]);
  assertEquals(flow.state, "unbound");
});

Deno.test("flows are told again before a NAT forgets them only where packets are signed", () => {
  const { flows, carrier, open } = made();
  flows.attach(carrier, SERVICES);
  open();
  flows.rebindAll();
  assertEquals(carrier.words, []);
  carrier.way = "signed";
  flows.rebindAll();
  assertEquals(carrier.words, ['bind ""']);
});

Deno.test("a flow that is older than the session is kept as SNAPT says in that", async () => {
  const { flows, carrier, open, clock } = made();
  const { flow } = open();
  flows.send(flow, bytesOf("too early"));
  await clock.advance(201);
  const terms = { holdMs: 1_000, idleMs: 3_000, holdOrder: "oldest" } as const;
  carrier.way = "held";
  flows.attach(carrier, [{ name: "dns", ...terms }]);
  for (const text of ["a", "b"]) flows.send(flow, bytesOf(text));
  await clock.advance(1_000);
  carrier.way = "sealed";
  flows.wayChanged();
  assertEquals(carrier.words, ['bind "a"', 'bind "b"']);
  await clock.advance(2_000);
  assertEquals(flows.count, 0, "it was idle for as long as SNAPT says");
});

Deno.test("a flow that answers a call is kept as its client service says", async () => {
  const { flows, carrier, clock } = made();
  flows.attach(carrier, SERVICES);
  const terms = { holdMs: 1_000, idleMs: 3_000, holdOrder: "oldest" } as const;
  const target = { kind: "call", call: 3, name: "pager" } as const;
  const flow = flows.open(target, "127.0.0.1:1", new HeardApplication(), terms);
  assert(flow !== null);
  carrier.way = "held";
  flows.send(flow, bytesOf("a"));
  flows.send(flow, bytesOf("b"));
  await clock.advance(1_000);
  carrier.way = "sealed";
  flows.wayChanged();
  assertEquals(carrier.words, ['bind ""', 'bind "a"', 'bind "b"']);
  await clock.advance(1_999);
  assertEquals(flows.count, 1);
  await clock.advance(1);
  assertEquals(flows.count, 0);
});

Deno.test("a flow is held for as long as its service says, and for a little where SNAPT has not said", async () => {
  const { flows, carrier, open, clock } = made();
  const services = SERVICES.map((service) => ({ ...service, holdMs: 1_000 }));
  flows.attach(carrier, services);
  const told = open("127.0.0.1:1");
  const untold = open("127.0.0.1:2", { kind: "service", name: "other" });
  flows.detach(carrier);
  flows.send(told.flow, bytesOf("told"));
  flows.send(untold.flow, bytesOf("untold"));
  await clock.advance(999);
  flows.attach(carrier, services);
  assertEquals([carrier.words, flows.drops.snapshot()], [['bind "told"'], { heldTooLong: 1 }]);
});
