import { Buffer } from "node:buffer";
import { BLOCK_KINDS } from "../../lib/core/compression/compressed_block.ts";
import { ProtocolViolation } from "../../lib/core/wire/protocol_violation.ts";
import { assert, assertEquals } from "../assert.ts";
import { block, FakeApplication, packed } from "../compressed_application.ts";
import { fuzzTest } from "./fuzz_test_case.ts";
import type { RandomBytes } from "./random_bytes.ts";

for (const packing of ["zstd", "deflate"] as const) {
  fuzzTest(
    `what was packed with ${packing} is unpacked, however it was read and cut`,
    async (random) => {
      for (let round = 0; round < 12; round++) {
        const said = Array.from({ length: 1 + random.below(20) }, () => randomPiece(random));
        const speaker = packed(packing, new FakeApplication(said));
        const listener = packed(packing, new FakeApplication([]));
        const wire: Uint8Array[] = [];
        for (;;) {
          const into = new Uint8Array(random.below(4) === 0 ? 1 : 1 + random.below(70_000));
          const count = await speaker.conn.read(into);
          if (count === null) break;
          assert(count > 0);
          wire.push(into.subarray(0, count));
        }
        const bytes = Buffer.concat(wire);
        for (let at = 0; at < bytes.length;) {
          const length = random.below(3) === 0 ? 1 : 1 + random.below(9_000);
          await listener.conn.write(bytes.subarray(at, at + length));
          at += length;
        }
        await listener.conn.closeWrite();
        assertEquals(Buffer.compare(listener.heard(), Buffer.concat(said)), 0);
        for (const { conn, budget } of [speaker, listener]) {
          conn.close();
          assertEquals(budget.usedBytes, 0);
        }
      }
    },
  );

  fuzzTest(
    `garbage instead of ${packing} is a violation and leaves no memory behind`,
    async (random) => {
      for (let round = 0; round < 60; round++) {
        const { conn, counts, budget } = packed(packing, new FakeApplication([]));
        try {
          await conn.write(block(random.pick(BLOCK_KINDS), random.bytes(1 + random.below(2_000))));
          for (let i = 0; i < 20; i++) await conn.write(random.bytes(500));
          await conn.closeWrite();
        } catch (error) {
          assert(error instanceof ProtocolViolation, String(error));
          assertEquals(counts.snapshot().broken, 1);
        }
        conn.reset();
        assertEquals(budget.usedBytes, 0);
      }
    },
  );

  fuzzTest(`a changed byte of ${packing} disturbs nothing but its stream`, async (random) => {
    for (let round = 0; round < 40; round++) {
      const speaker = packed(packing, new FakeApplication([randomPiece(random)]));
      const into = new Uint8Array(200_000);
      const count = await speaker.conn.read(into);
      speaker.conn.close();
      const { conn, application, budget } = packed(packing, new FakeApplication([]));
      try {
        await conn.write(random.mutated(into.subarray(0, count ?? 0)));
        await conn.closeWrite();
      } catch (error) {
        assert(error instanceof ProtocolViolation, String(error));
      }
      assert(application.heardBytes <= 1 << 20);
      conn.reset();
      assertEquals(budget.usedBytes, 0);
    }
  });
}

/** Text or noise, tiny or large. */
function randomPiece(random: RandomBytes): Uint8Array {
  const length = random.below(3) === 0 ? random.below(40) + 1 : random.below(150_000) + 1;
  if (random.below(2) === 0) return random.bytes(length);
  return new Uint8Array(length).map((_, index) => 97 + ((index * index) >>> 7) % 7);
}
