import {
  BLOCK_KINDS,
  BlockHeaderReader,
  encodeBlockHeader,
  MAX_BLOCK_BYTES,
  MAX_PLAIN_BYTES,
} from "../../../../lib/core/compression/compressed_block.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

Deno.test("a header is read as it was written", () => {
  for (const kind of BLOCK_KINDS) {
    for (const length of [1, 31, 32, 4_095, 4_096, MAX_PLAIN_BYTES]) {
      assertEquals(readHeader(encodeBlockHeader(kind, length)), { kind, length });
    }
  }
});

Deno.test("a header is on the wire what docs/wire.md says", () => {
  assertEquals([...encodeBlockHeader("stored", 1)], [0x04]);
  assertEquals([...encodeBlockHeader("packed", 31)], [0x7d]);
  assertEquals([...encodeBlockHeader("packedAfresh", 300)], [0xb2, 0x09]);
  assertEquals([...encodeBlockHeader("storedAtLast", 65_536)], [0x83, 0x80, 0x10]);
});

Deno.test("a block that is empty or too long is a violation", () => {
  const tooLong = [
    encodeBlockHeader("stored", MAX_PLAIN_BYTES + 1),
    encodeBlockHeader("storedAtLast", MAX_PLAIN_BYTES + 1),
    encodeBlockHeader("packed", MAX_BLOCK_BYTES + 1),
    encodeBlockHeader("packedAfresh", 0),
    Uint8Array.of(0xff, 0xff, 0xff),
    Uint8Array.of(0x80, 0x80, 0x80),
  ];
  for (const header of tooLong) assertThrows(() => readHeader(header), ProtocolViolation);
});

Deno.test("a header that has begun is known to be incomplete", () => {
  const reader = new BlockHeaderReader();
  assertEquals(reader.isWithin, false);
  reader.take(0xb2);
  assertEquals(reader.isWithin, true);
  reader.take(0x09);
  assertEquals(reader.isWithin, false);
});

function readHeader(bytes: Uint8Array) {
  const reader = new BlockHeaderReader();
  for (const [index, byte] of bytes.entries()) {
    const header = reader.take(byte);
    if (header !== null) {
      assertEquals(index, bytes.length - 1);
      return header;
    }
  }
  return null;
}
