import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import { ByteReader } from "../../../../lib/core/wire/byte_reader.ts";
import { ByteWriter } from "../../../../lib/core/wire/byte_writer.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";
import { fromHex } from "./golden_vectors.ts";

Deno.test("ByteWriter writes big-endian", () => {
  const written = new ByteWriter().u8(1).u16(0x0203).u32(0x0405_0607).u64(0x1f_0a0b_0c0d_0e0f)
    .finish();
  assertEquals(written, fromHex("01 0203 04050607 001f0a0b0c0d0e0f"));
});

Deno.test("ByteWriter grows when one value is larger than all its room", () => {
  const large = new Uint8Array(1000).fill(7);
  const writer = new ByteWriter().u8(1).bytes(large).u8(2);
  assertEquals(writer.length, 1002);
  assertEquals(writer.finish(), new Uint8Array([1, ...large, 2]));
});

Deno.test("ByteWriter gives a copy that later writes do not change", () => {
  const writer = new ByteWriter().u32(1);
  const before = writer.finish();
  writer.patchU32(0, 2);
  assertEquals(before, fromHex("00000001"));
  assertEquals(writer.finish(), fromHex("00000002"));
});

Deno.test("ByteWriter refuses to patch what was not written", () => {
  const writer = new ByteWriter().u32(1);
  assertThrows(() => writer.patchU32(1, 0), LocalMisuse, "Cannot patch");
  assertThrows(() => writer.patchU32(0, 2 ** 32), LocalMisuse, "Cannot encode");
});

Deno.test("ByteWriter writes what ByteReader reads at every power of two", () => {
  for (let power = 0; power <= 53; power += 1) {
    for (const value of [2 ** power - 1, 2 ** power, 2 ** power + 1]) {
      if (value > Number.MAX_SAFE_INTEGER) continue;
      assertEquals(new ByteReader(new ByteWriter().u64(value).finish()).u64(), value);
    }
  }
});
