import { Buffer } from "node:buffer";
import zlib from "node:zlib";
import { MAX_PLAIN_BYTES } from "../../../../../lib/core/compression/compressed_block.ts";
import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import { ProtocolViolation } from "../../../../../lib/core/wire/protocol_violation.ts";
import {
  type CompressionMethod,
  CONTEXT_BYTES,
} from "../../../../../lib/relay/stream/compression/compression_context.ts";
import { CompressionCounts } from "../../../../../lib/relay/stream/compression/compression_counts.ts";
import { Decompressor } from "../../../../../lib/relay/stream/compression/decompressor.ts";
import type { Clock } from "../../../../../lib/relay/run/clock.ts";
import { Turns } from "../../../../../lib/relay/run/turns.ts";
import { assert, assertEquals, assertRejects } from "../../../../assert.ts";
import { block, FakeApplication } from "../../../../compressed_application.ts";
import { VirtualClock } from "../../../../virtual_clock.ts";

const PLAIN = new TextEncoder().encode("hello, whoever reads this; ".repeat(50));

/** Too short and too various to shrink. */
const NO_REPETITION = new TextEncoder().encode("The quick brown fox, 0123456789");

/** Bytes of half the alphabet in no order: they shrink by half. */
function noise(length: number): Uint8Array {
  const parts = Array.from(
    { length: Math.ceil(length / 65_536) },
    () => crypto.getRandomValues(new Uint8Array(65_536)),
  );
  return Buffer.concat(parts).subarray(0, length).map((byte) => byte & 0x0f);
}

function made(packing: CompressionMethod, clock: Clock = new VirtualClock()) {
  const application = new FakeApplication([]);
  const budget = new MemoryBudget(1 << 20);
  const counts = new CompressionCounts();
  const decompressor = new Decompressor(application, packing, {
    budget,
    counts,
    turns: new Turns(clock),
  });
  return { application, budget, counts, decompressor };
}

/** A clock under which everything takes its time, and which counts the turns of others. */
class BusyClock extends VirtualClock {
  turns = 0;
  #elapsed = 0;

  override now(): number {
    return this.#elapsed++;
  }

  override turn(go: () => void): void {
    this.turns += 1;
    super.turn(go);
  }
}

/** What one flush makes of `plain`. */
function flushed(packing: CompressionMethod, plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const { Z_SYNC_FLUSH, ZSTD_e_flush, ZSTD_c_windowLog } = zlib.constants;
  return new Uint8Array(
    packing === "deflate"
      ? zlib.deflateRawSync(plain, { finishFlush: Z_SYNC_FLUSH })
      : zlib.zstdCompressSync(plain, {
        finishFlush: ZSTD_e_flush,
        params: { [ZSTD_c_windowLog]: 17 },
      }),
  );
}

for (const packing of ["zstd", "deflate"] as const) {
  Deno.test(`${packing}: blocks are unpacked however they are cut on the way`, async () => {
    const { application, decompressor, counts } = made(packing);
    const wire = Buffer.concat([
      block("packedAfresh", flushed(packing, PLAIN)),
      block("stored", Uint8Array.of(1, 2, 3)),
    ]);
    for (const byte of wire) await decompressor.write(Uint8Array.of(byte));
    assertEquals(Buffer.concat(application.heard), Buffer.concat([PLAIN, Uint8Array.of(1, 2, 3)]));
    assertEquals(decompressor.isWithinBlock, false);
    const { receivedPlainBytes, receivedPackedBytes } = counts.snapshot();
    assertEquals([receivedPlainBytes, receivedPackedBytes], [PLAIN.length + 3, wire.length]);
    decompressor.close();
  });

  const whole = flushed(packing, PLAIN);
  const flipped = new Uint8Array(whole);
  flipped[0] = (flipped[0] ?? 0) ^ 0x06;
  const broken = {
    flipped,
    cut: whole.slice(0, whole.length - 8),
    garbage: new Uint8Array(50).fill(0xff),
  };
  for (const [how, content] of Object.entries(broken)) {
    Deno.test(`${packing}: a last block that is ${how} does not pass as complete`, async () => {
      const { application, decompressor } = made(packing);
      await assertRejects(
        () => decompressor.write(block("packedAfresh", content)),
        ProtocolViolation,
      );
      assertEquals(application.heardBytes, 0);
      decompressor.close();
    });
  }

  Deno.test(`${packing}: a last block is not complete wherever it is cut, shrunk or not`, async () => {
    const contents = [NO_REPETITION, PLAIN].map((plain) => flushed(packing, plain));
    for (const content of contents) {
      for (let length = 1; length < content.length; length++) {
        const { application, decompressor } = made(packing);
        await assertRejects(
          () => decompressor.write(block("packedAfresh", content.slice(0, length))),
          ProtocolViolation,
        );
        assertEquals(application.heardBytes, 0);
        decompressor.close();
      }
    }
  });

  Deno.test(`${packing}: a block that unpacks to too much ends it, also when it comes in pieces`, async () => {
    const { application, decompressor } = made(packing);
    const bomb = block("packedAfresh", flushed(packing, noise(MAX_PLAIN_BYTES + 1_000)));
    await assertRejects(async () => {
      for (let at = 0; at < bomb.length; at += 1_000) {
        await decompressor.write(bomb.subarray(at, at + 1_000));
      }
    }, ProtocolViolation);
    assert(application.heardBytes <= MAX_PLAIN_BYTES, `${application.heardBytes} were delivered`);
    decompressor.close();
  });

  Deno.test(`${packing}: the memory of a context comes from the budget and goes back`, async () => {
    const { budget, decompressor } = made(packing);
    await decompressor.write(block("packedAfresh", flushed(packing, PLAIN)));
    assertEquals(budget.usedBytes, CONTEXT_BYTES[packing].unpack);
    await decompressor.write(block("packedAfresh", flushed(packing, PLAIN)));
    assertEquals(budget.usedBytes, CONTEXT_BYTES[packing].unpack);
    await decompressor.write(block("storedAtLast", Uint8Array.of(1)));
    assertEquals(budget.usedBytes, 0);
    await decompressor.write(block("packedAfresh", flushed(packing, PLAIN)));
    decompressor.close();
    decompressor.close();
    assertEquals(budget.usedBytes, 0);
  });
}

Deno.test("blocks of one byte reach the application in few writes, and others have their turn", async () => {
  const clock = new BusyClock();
  const { application, decompressor } = made("zstd", clock);
  const plain = noise(40_000);
  const blocks = Buffer.concat([...plain].map((byte) => block("stored", Uint8Array.of(byte))));
  await decompressor.write(blocks);
  assertEquals(Buffer.concat(application.heard), Buffer.from(plain));
  assert(application.heard.length <= 3, `${application.heard.length} writes`);
  assert(clock.turns > 100, `${clock.turns} turns of others`);
  decompressor.close();
});

Deno.test("nothing is written any more when it was closed in the turn of others", async () => {
  const clock = new BusyClock();
  const { application, decompressor } = made("zstd", clock);
  const writing = decompressor.write(
    Buffer.concat(Array.from({ length: 40_000 }, () => block("stored", Uint8Array.of(1)))),
  );
  decompressor.close();
  await writing;
  assertEquals(application.heardBytes, 0);
});
