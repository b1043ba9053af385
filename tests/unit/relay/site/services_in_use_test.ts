import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import { createStreamRecord } from "../../../../lib/core/stream/stream_record.ts";
import type { StreamTarget } from "../../../../lib/core/wire/stream_opening.ts";
import { CnaptFlows } from "../../../../lib/relay/datagram/cnapt_flows.ts";
import { servicesInUse } from "../../../../lib/relay/site/services_in_use.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

const SSH: StreamTarget = { kind: "service", name: "ssh" };
const DNS: StreamTarget = { kind: "service", name: "dns" };
const ELSEWHERE: StreamTarget = { kind: "destination", host: "192.0.2.1", port: 80 };
const CALL: StreamTarget = { kind: "call", call: 1, name: "web" };

function inUse(streams: readonly StreamTarget[], flows: readonly StreamTarget[]): string[] {
  const budget = new MemoryBudget(1024 * 1024);
  const records = streams.map((target, id) =>
    [
      id,
      createStreamRecord(id, { target, compression: "none", source: "" }, {
        ringCapBytes: 1_024,
        budget,
      }, 0),
    ] as const
  );
  const tasks = testTasks(new VirtualClock());
  const all = new CnaptFlows({ limit: 10, tasks, log: new TestLog() });
  for (const target of flows) {
    all.open(target, "127.0.0.1:1", { deliver: () => {}, flowEnded: () => {} });
  }
  return servicesInUse(new Map(records), all).toSorted();
}

Deno.test("nothing is in use where there is no connection and no conversation", () => {
  assertEquals(inUse([], []), []);
});

Deno.test("what connections and datagrams lead to is named once, as rules name it", () => {
  assertEquals(inUse([SSH, SSH, CALL], [DNS, SSH]), ["dns", "ssh", "web"]);
  assertEquals(inUse([ELSEWHERE], [ELSEWHERE]), ["destinations"]);
});
