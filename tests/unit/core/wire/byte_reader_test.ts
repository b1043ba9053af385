import { Buffer } from "node:buffer";
import { ByteReader } from "../../../../lib/core/wire/byte_reader.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";
import { fromHex } from "./golden_vectors.ts";

Deno.test("ByteReader reads big-endian from a part of a larger buffer", () => {
  const larger = fromHex("ffff 01 0203 04050607 001f0a0b0c0d0e0f ffff");
  const reader = new ByteReader(larger.subarray(2, larger.length - 2));
  assertEquals(reader.u8(), 1);
  assertEquals(reader.u16(), 0x0203);
  assertEquals(reader.u32(), 0x0405_0607);
  assertEquals(reader.u64(), 0x1f_0a0b_0c0d_0e0f);
  reader.end();
});

Deno.test("ByteReader never reads beyond its part of a larger buffer", () => {
  const part = () => new ByteReader(new Uint8Array(100).subarray(10, 11));
  const reads = [
    () => part().u16(),
    () => part().u32(),
    () => part().u64(),
    () => part().bytes(2),
    () => part().text(10),
  ];
  for (const read of reads) {
    assertEquals(assertThrows(read, ProtocolViolation, "Cannot read").code, "truncated");
  }
  const text = () => new ByteReader(fromHex("0003 6161 ffff").subarray(0, 4)).text(10);
  assertEquals(assertThrows(text, ProtocolViolation).code, "truncated");
});

Deno.test("ByteReader gives copies, also of a buffer of node:buffer", () => {
  const buffer = Buffer.from([1, 2, 3]);
  const copy = new ByteReader(buffer).bytes(3);
  buffer.fill(0);
  assertEquals(copy, new Uint8Array([1, 2, 3]));
});

Deno.test("ByteReader says how many bytes were left over", () => {
  const reader = new ByteReader(new Uint8Array(3));
  reader.u8();
  assertThrows(() => reader.end(), ProtocolViolation, "2 bytes too many");
});
