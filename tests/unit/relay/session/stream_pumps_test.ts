import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { StreamPumps } from "../../../../lib/relay/session/stream_pumps.ts";
import { CompressionTotals } from "../../../../lib/relay/stream/compression/compression_totals.ts";
import { StreamTraffic } from "../../../../lib/relay/stream/stream_traffic.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";
import { streamRecord } from "./kit/stream_record.ts";

function made() {
  const log = new TestLog();
  const outside = TaskGroup.root(new VirtualClock(), log);
  const faulted: number[] = [];
  const traffic = new StreamTraffic();
  const sessionFaults: unknown[] = [];
  const nothing = () => {};
  const pumps: StreamPumps = new StreamPumps({
    host: {
      delivered: nothing,
      applicationEnded: nothing,
      inputEnded: nothing,
      applicationFailed: nothing,
      streamLinkLost: nothing,
      inboundBroken: nothing,
      inboundMoved: nothing,
      payloadSent: nothing,
      payloadTaken: nothing,
      payloadWaits: nothing,
    },
    tasks: outside.child("session", (error) => sessionFaults.push(error)),
    outside,
    memory: new MemoryBudget(1 << 20),
    packing: new CompressionTotals(),
    traffic,
    faulted: (stream) => {
      faulted.push(stream);
      pumps.reset(stream);
    },
  });
  const add = async (id: number) => {
    const [near, far] = MemoryConn.pair();
    pumps.add(streamRecord(id), Promise.resolve(near));
    await settle();
    return { near, far };
  };
  return { log, pumps, traffic, faulted, sessionFaults, add };
}

function planted(): never {
  throw new TypeError("planted");
}

Deno.test("a mistake with one pump ends its stream and no other", async () => {
  const { log, pumps, faulted, sessionFaults, add } = made();
  const [one, two] = [await add(1), await add(2)];
  pumps.with(1, "detach", planted);
  assertEquals([faulted, pumps.size, sessionFaults], [[1], 1, []]);
  assertEquals([one.near.isOpen, two.near.isOpen], [false, true]);
  assertEquals(log.of("error").length, 1);
});

Deno.test("a mistake outside the pump ends the stream, also when it has no pump yet", () => {
  const { log, pumps, faulted, sessionFaults } = made();
  pumps.fault(7, "BIND", new TypeError("planted"));
  assertEquals([faulted, sessionFaults, log.of("error").length], [[7], [], 1]);
});

Deno.test("what is asked of a stream that is gone is of no consequence", () => {
  const { log, pumps } = made();
  pumps.with(1, "detach", planted);
  pumps.release(1, (link) => link.close());
  assertEquals(log.lines, []);
});

Deno.test("the applications of all streams are reset at the end", async () => {
  const { pumps, add } = made();
  const ends = [await add(1), await add(2)];
  pumps.resetAll();
  assertEquals([pumps.size, ends.map(({ near }) => near.isOpen)], [0, [false, false]]);
});

Deno.test("an application is given time to read when the session ends, unless the program does", async () => {
  const { pumps, add } = made();
  const ends = [await add(1), await add(2), await add(3)];
  for (const { near } of ends) near.unconfirmed = 7;
  assertEquals(pumps.unconfirmedBytes(1), 7);
  pumps.fail(1, "sessionEnded");
  pumps.fail(2, "application");
  pumps.hurry();
  pumps.fail(3, "sessionEnded");
  assertEquals([pumps.size, ends.map(({ near }) => near.isOpen)], [0, [true, false, false]]);
});

Deno.test("what a stream has said stays counted, however it ends", async () => {
  const { pumps, traffic, add } = made();
  const endings = [
    () => pumps.reset(0),
    () => pumps.release(1, (link) => link.close()),
    () => pumps.fail(2, "sessionEnded"),
    () => pumps.with(3, "detach", planted),
    () => pumps.resetAll(),
  ];
  for (const id of endings.keys()) {
    const { far } = await add(id);
    await far.write(new Uint8Array(10));
  }
  await settle();
  const told = () => traffic.snapshot().map(({ streams, outBytes }) => [streams, outBytes]);
  assertEquals(told(), [[5, 50]]);
  for (const [id, end] of endings.entries()) {
    end();
    assertEquals(told(), [[4 - id, 50]]);
  }
});
