import { Buffer } from "node:buffer";
import { JUDGED_BYTES } from "../../../../../lib/core/compression/compression_choice.ts";
import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import {
  type CompressionMethod,
  CONTEXT_BYTES,
} from "../../../../../lib/relay/stream/compression/compression_context.ts";
import { CompressionCounts } from "../../../../../lib/relay/stream/compression/compression_counts.ts";
import { Compressor } from "../../../../../lib/relay/stream/compression/compressor.ts";
import { Decompressor } from "../../../../../lib/relay/stream/compression/decompressor.ts";
import { Turns } from "../../../../../lib/relay/run/turns.ts";
import { assert, assertEquals } from "../../../../assert.ts";
import { FakeApplication } from "../../../../compressed_application.ts";
import { VirtualClock } from "../../../../virtual_clock.ts";

const LINE = new TextEncoder().encode("the same line of a log, again and again\n");

function made(packing: CompressionMethod, said: readonly Uint8Array[], budgetBytes = 1 << 20) {
  const budget = new MemoryBudget(budgetBytes);
  const counts = new CompressionCounts();
  const compressor = new Compressor(new FakeApplication(said), packing, budget, counts);
  return { budget, counts, compressor };
}

/** All that comes out, read in pieces of `pieceBytes`, with a copy of each read. */
async function readAll(compressor: Compressor, pieceBytes: number): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const into = new Uint8Array(pieceBytes);
    const count = await compressor.read(into);
    if (count === null) return pieces;
    pieces.push(into.slice(0, count));
  }
}

async function unpacked(packing: CompressionMethod, wire: Uint8Array): Promise<Uint8Array> {
  const application = new FakeApplication([]);
  const decompressor = new Decompressor(application, packing, {
    budget: new MemoryBudget(1 << 20),
    counts: new CompressionCounts(),
    turns: new Turns(new VirtualClock()),
  });
  await decompressor.write(wire);
  decompressor.close();
  return Buffer.concat(application.heard);
}

for (const packing of ["zstd", "deflate"] as const) {
  Deno.test(`${packing}: every read of the application is flushed, whatever buffer asks for it`, async () => {
    const { compressor } = made(packing, [LINE, LINE]);
    const first = new Uint8Array(1_000);
    const count = await compressor.read(first);
    assertEquals(await unpacked(packing, first.subarray(0, count ?? 0)), Buffer.from(LINE));
    const again = made(packing, [LINE, LINE]);
    const wire = Buffer.concat(await readAll(again.compressor, 3));
    assertEquals(await unpacked(packing, wire), Buffer.concat([LINE, LINE]));
    for (const one of [compressor, again.compressor]) one.close();
  });

  Deno.test(`${packing}: what does not shrink rests, gives its memory back, and is counted`, async () => {
    const noise = Array.from(
      { length: 4 },
      () => crypto.getRandomValues(new Uint8Array(JUDGED_BYTES / 2)),
    );
    const { compressor, budget, counts } = made(packing, noise);
    await readAll(compressor, 65_536);
    assertEquals([compressor.state, budget.usedBytes], ["resting", 0]);
    const { sentPlainBytes, sentPackedBytes } = counts.snapshot();
    assert(sentPlainBytes === 2 * JUDGED_BYTES && sentPackedBytes > sentPlainBytes);
    compressor.close();
  });

  Deno.test(`${packing}: its memory is reserved while it packs, and given back once`, async () => {
    const { compressor, budget } = made(packing, [LINE]);
    await readAll(compressor, 1_000);
    assertEquals(budget.usedBytes, CONTEXT_BYTES[packing].pack);
    compressor.close();
    compressor.close();
    assertEquals(budget.usedBytes, 0);
  });

  Deno.test(`${packing}: without memory for a context everything goes as it is`, async () => {
    const { compressor, budget } = made(packing, [LINE, LINE, LINE], 1_000);
    const wire = Buffer.concat(await readAll(compressor, 1_000));
    assertEquals(await unpacked(packing, wire), Buffer.concat([LINE, LINE, LINE]));
    assertEquals([compressor.state, budget.usedBytes], ["resting", 0]);
    compressor.close();
  });
}
