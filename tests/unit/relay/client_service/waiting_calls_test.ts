import { HoldBudget } from "../../../../lib/core/datagram/hold_budget.ts";
import { DEFAULT_DATAGRAM_TERMS } from "../../../../lib/core/wire/datagram_messages.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { endpointOf } from "../../../../lib/net/endpoint.ts";
import { WaitingCalls } from "../../../../lib/relay/client_service/waiting_calls.ts";
import { DatagramCaller } from "../../../../lib/relay/datagram/datagram_caller.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

/** Who sends datagrams, and how often it was closed. */
function datagramCaller(): { caller: DatagramCaller; closed: () => number } {
  let closed = 0;
  const caller = new DatagramCaller(
    {
      ...{ server: endpointOf("192.0.2.9", 53), address: "192.0.2.1:53" },
      terms: DEFAULT_DATAGRAM_TERMS,
    },
    new VirtualClock(),
    new HoldBudget(),
    { send: () => {}, dropped: () => {}, closed: () => closed += 1 },
  );
  return { caller, closed: () => closed };
}

Deno.test("a waiting connection is handed over once, and only as what it is", () => {
  const calls = new WaitingCalls();
  const [, application] = MemoryConn.pair();
  calls.add(1, { kind: "stream", application });
  assertEquals(calls.takeDatagrams(1), null);
  assertEquals(calls.takeStream(2), null);
  assertEquals(calls.takeStream(1), application);
  assertEquals(calls.takeStream(1), null);
  assertEquals(application.isOpen, true);
});

Deno.test("a waiting sender of datagrams is handed over once, and only as what it is", () => {
  const calls = new WaitingCalls();
  const { caller, closed } = datagramCaller();
  calls.add(7, { kind: "datagrams", application: caller });
  assertEquals(calls.takeStream(7), null);
  assertEquals(calls.callOf(caller), 7);
  assertEquals(calls.takeDatagrams(7), caller);
  assertEquals([calls.takeDatagrams(7), calls.callOf(caller)], [null, null]);
  assertEquals(closed(), 0);
});

Deno.test("the call of one of very many callers is found as fast as that of one of few", () => {
  const calls = new WaitingCalls();
  const callers = Array.from({ length: 20_000 }, () => datagramCaller().caller);
  callers.forEach((application, call) => calls.add(call, { kind: "datagrams", application }));
  const before = performance.now();
  callers.forEach((caller, call) => assert(calls.callOf(caller) === call));
  assert(performance.now() - before < 300, "a search for each takes seconds");
});

Deno.test("a refused connection is reset, and cannot be taken any more", async () => {
  const calls = new WaitingCalls();
  const [server, application] = MemoryConn.pair();
  calls.add(1, { kind: "stream", application });
  calls.refuse(1);
  assertEquals([application.isOpen, calls.takeStream(1)], [false, null]);
  const { code } = await assertRejects(() => server.readNext(), ConnFailed);
  assertEquals(code, "reset");
});

Deno.test("a refusal of a call that does not wait touches no other", () => {
  const calls = new WaitingCalls();
  const [, application] = MemoryConn.pair();
  calls.add(1, { kind: "stream", application });
  calls.refuse(2);
  assertEquals([application.isOpen, calls.takeStream(1)], [true, application]);
});

Deno.test("the end of a session refuses every call that waits, and none that was taken", () => {
  const calls = new WaitingCalls();
  const [taken, waiting] = [MemoryConn.pair()[1], MemoryConn.pair()[1]];
  const { caller, closed } = datagramCaller();
  calls.add(1, { kind: "stream", application: taken });
  calls.add(2, { kind: "stream", application: waiting });
  calls.add(3, { kind: "datagrams", application: caller });
  calls.takeStream(1);
  calls.refuseAll();
  assertEquals([taken.isOpen, waiting.isOpen, closed()], [true, false, 1]);
  calls.refuseAll();
  assertEquals(closed(), 1);
});
