import { Buffer } from "node:buffer";
import zlib from "node:zlib";
import { MAX_PLAIN_BYTES } from "../../../../../lib/core/compression/compressed_block.ts";
import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import { ProtocolViolation } from "../../../../../lib/core/wire/protocol_violation.ts";
import type { CompressionMethod } from "../../../../../lib/relay/stream/compression/compression_context.ts";
import { assert, assertEquals, assertRejects } from "../../../../assert.ts";
import { block, FakeApplication, packed } from "../../../../compressed_application.ts";

for (const packing of ["zstd", "deflate"] as const) {
  Deno.test(`${packing}: a packer without memory stores, and the stream goes on`, async () => {
    const said = [new Uint8Array(100_000), new Uint8Array(100_000)];
    const { conn, counts } = packed(packing, new FakeApplication(said), new MemoryBudget(1_000));
    for (;;) if (await conn.read(new Uint8Array(65_536)) === null) break;
    const { sentPlainBytes, sentPackedBytes } = counts.snapshot();
    assertEquals(sentPlainBytes, 200_000);
    assert(sentPackedBytes > 200_000 && sentPackedBytes < 200_100);
    conn.close();
  });

  Deno.test(`${packing}: a block that unpacks to more than is allowed is stopped at once`, async () => {
    const bomb = packWhole(packing, new Uint8Array(16 << 20));
    const { conn, application } = packed(packing, new FakeApplication([]));
    const error = await assertRejects(
      () => conn.write(block("packedAfresh", bomb)),
      ProtocolViolation,
    );
    assert(error.message.includes("more than is allowed"), error.message);
    assertEquals(application.heardBytes, 0);
    conn.reset();
  });

  Deno.test(`${packing}: packed bytes that say they are complete are a violation`, async () => {
    const { conn } = packed(packing, new FakeApplication([]));
    const whole = packing === "deflate"
      ? zlib.deflateRawSync(new Uint8Array(100))
      : zlib.zstdCompressSync(new Uint8Array(100), zstdWindow());
    await assertRejects(async () => {
      await conn.write(block("packedAfresh", whole));
      for (let i = 0; i < 3; i++) await conn.write(block("packed", Uint8Array.of(1, 2, 3)));
    }, ProtocolViolation);
    conn.reset();
  });

  Deno.test(`${packing}: a block that continues what never began is a violation`, async () => {
    const { conn } = packed(packing, new FakeApplication([]));
    await assertRejects(() => conn.write(block("packed", Uint8Array.of(1))), ProtocolViolation);
    conn.reset();
  });

  Deno.test(`${packing}: an end within a block or a header is a violation`, async () => {
    for (const cut of [block("stored", new Uint8Array(3)).subarray(0, 2), Uint8Array.of(0xb2)]) {
      const { conn, counts } = packed(packing, new FakeApplication([]));
      await conn.write(cut);
      await assertRejects(() => conn.closeWrite(), ProtocolViolation);
      assertEquals(counts.snapshot().broken, 1);
      conn.reset();
    }
  });

  Deno.test(`${packing}: a bomb in legal blocks is delivered one block at a time`, async () => {
    const application = new FakeApplication([]);
    const speaker = packed(
      packing,
      new FakeApplication(
        Array.from({ length: 64 }, () => new Uint8Array(MAX_PLAIN_BYTES)),
      ),
    );
    const wire: Uint8Array[] = [];
    for (;;) {
      const into = new Uint8Array(65_536);
      const count = await speaker.conn.read(into);
      if (count === null) break;
      wire.push(into.subarray(0, count));
    }
    const bomb = Buffer.concat(wire);
    assert(bomb.length < 64 * 1_024, `${bomb.length}`);
    const listener = packed(packing, application);
    application.hold();
    const writing = listener.conn.write(bomb);
    await application.held();
    assert(application.offeredBytes <= MAX_PLAIN_BYTES, `${application.offeredBytes}`);
    application.release();
    await writing;
    assertEquals(application.heardBytes, 64 * MAX_PLAIN_BYTES);
    for (const { conn } of [speaker, listener]) conn.close();
  });
}

Deno.test("zstd that wants a larger window than was agreed is a violation", async () => {
  const { conn } = packed("zstd", new FakeApplication([]));
  const greedy = zlib.zstdCompressSync(new Uint8Array(8 << 20), {
    params: { [zlib.constants.ZSTD_c_windowLog]: 23, [zlib.constants.ZSTD_c_contentSizeFlag]: 0 },
  });
  await assertRejects(() => conn.write(block("packedAfresh", greedy)), ProtocolViolation);
  conn.reset();
});

function packWhole(packing: CompressionMethod, content: Uint8Array): Uint8Array {
  return packing === "deflate"
    ? zlib.deflateRawSync(content)
    : zlib.zstdCompressSync(content, zstdWindow());
}

function zstdWindow() {
  return { params: { [zlib.constants.ZSTD_c_windowLog]: 17 } };
}
