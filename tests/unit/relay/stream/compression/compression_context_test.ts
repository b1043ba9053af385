import { Buffer } from "node:buffer";
import { CompressionContext } from "../../../../../lib/relay/stream/compression/compression_context.ts";
import { ProtocolViolation } from "../../../../../lib/core/wire/protocol_violation.ts";
import { assertEquals, assertRejects } from "../../../../assert.ts";

const TEXT = new TextEncoder().encode("what goes in comes out at once; ".repeat(100));

for (const packing of ["zstd", "deflate"] as const) {
  Deno.test(`${packing}: a context remembers, so the second time costs little`, async () => {
    const pack = CompressionContext.toPack(packing);
    const unpack = CompressionContext.toUnpack(packing);
    const sizes: number[] = [];
    for (let i = 0; i < 2; i++) {
      const packed = Buffer.concat(await pack.run(TEXT));
      sizes.push(packed.length);
      assertEquals(Buffer.concat(await unpack.run(packed)), Buffer.from(TEXT));
    }
    assertEquals((sizes[1] ?? 0) < (sizes[0] ?? 0), true, `${sizes}`);
    for (const context of [pack, unpack]) context.close();
  });

  Deno.test(`${packing}: a context that failed fails again, and one that is closed too`, async () => {
    const broken = CompressionContext.toUnpack(packing);
    const garbage = new Uint8Array(50).fill(0xff);
    await assertRejects(() => broken.run(garbage), ProtocolViolation);
    await assertRejects(() => broken.run(garbage), ProtocolViolation);
    broken.close();
    const closed = CompressionContext.toUnpack(packing);
    closed.close();
    closed.close();
    await new Promise((resolve) => queueMicrotask(() => resolve(null)));
    await assertRejects(() => closed.run(garbage), ProtocolViolation);
  });

  Deno.test(`${packing}: a context that is closed while it runs ends what it does first`, async () => {
    const pack = CompressionContext.toPack(packing);
    const running = pack.run(TEXT);
    pack.close();
    assertEquals(Buffer.concat(await running).length > 0, true);
  });
}
