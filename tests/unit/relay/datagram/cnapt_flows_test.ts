import { CnaptFlows } from "../../../../lib/relay/datagram/cnapt_flows.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";
import { bytesOf, HeardApplication, ListCarrier } from "./kit/flow_parts.ts";

const DNS = { kind: "service", name: "dns" } as const;
const SERVICES = [{ name: "dns", holdMs: 200, idleMs: 5_000 }];

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

Deno.test("beyond the limit a flow is turned down, or the oldest of its own source makes room", () => {
  const { flows, open } = made(2);
  const first = open("127.0.0.1:1");
  open("127.0.0.1:2");
  const third = flows.open(DNS, "127.0.0.1:3", new HeardApplication());
  assertEquals(flows.drops.snapshot(), { flowLimit: 1 });
  assertEquals(flows.count, 2);
  assertEquals(first.application.ends, third === null ? [] : ["limit"]);
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
  assertEquals(log.lines, ['info flow-refused {"service":"dns","code":"notAllowed"}']);
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
