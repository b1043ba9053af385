import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import { createStreamRecord } from "../../../../../lib/core/stream/stream_record.ts";
import type { Compression } from "../../../../../lib/core/wire/stream_opening.ts";
import { CompressedStreams } from "../../../../../lib/relay/stream/compression/compressed_streams.ts";
import { CompressionTotals } from "../../../../../lib/relay/stream/compression/compression_totals.ts";
import { Turns } from "../../../../../lib/relay/run/turns.ts";
import { assert, assertEquals } from "../../../../assert.ts";
import { FakeApplication } from "../../../../compressed_application.ts";
import { VirtualClock } from "../../../../virtual_clock.ts";

const LINE = new TextEncoder().encode("the same line of a log, again and again\n");

function made() {
  const budget = new MemoryBudget(1 << 20);
  const totals = new CompressionTotals();
  const streams = new CompressedStreams(budget, totals, new Turns(new VirtualClock()));
  const record = (id: number, compression: Compression) =>
    createStreamRecord(
      id,
      { target: { kind: "service", name: "db" }, compression, source: "192.0.2.1:1" },
      { ringCapBytes: 4_096, budget },
      0,
    );
  return { totals, streams, record };
}

Deno.test("the application itself is given where nothing is packed, or where there is none", async () => {
  const { streams, record } = made();
  const application = new FakeApplication([]);
  assertEquals(await streams.wrap(record(1, "none"), Promise.resolve(application)), application);
  assertEquals(await streams.wrap(record(2, "zstd"), Promise.resolve(null)), null);
  assertEquals([streams.all, streams.snapshot(1)], [[], null]);
});

Deno.test("a packed stream is shown until it is closed, and its service remembers it", async () => {
  const { totals, streams, record } = made();
  const conn = await streams.wrap(
    record(7, "zstd"),
    Promise.resolve(new FakeApplication([LINE])),
  );
  assert(conn !== null);
  await conn.readNext();
  const [shown] = streams.all;
  assertEquals([shown?.stream, shown?.service, shown?.compression, shown?.state], [
    7,
    "db",
    "zstd",
    "packing",
  ]);
  assertEquals(streams.snapshot(7)?.sentPlainBytes, LINE.length);
  conn.close();
  assertEquals([streams.all, streams.snapshot(7)], [[], null]);
  assertEquals(totals.snapshot().db?.sentPlainBytes, LINE.length);
});
