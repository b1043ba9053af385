import { ZstdBlockReader } from "../../../../lib/core/compression/zstd_block_reader.ts";
import { assertEquals } from "../../../assert.ts";

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const WINDOW = [0x00, 0x58];

/** A block header: type 0 raw, 1 run length, 2 compressed. */
function header(type: number, size: number): number[] {
  const value = size << 3 | type << 1;
  return [value & 0xff, value >>> 8 & 0xff, value >>> 16];
}

/** After which of `bytes`, counted from 1, a reader is between blocks, taking one at a time. */
function ends(bytes: readonly number[]): number[] {
  const reader = new ZstdBlockReader();
  return bytes.flatMap((byte, i) => {
    reader.take(Uint8Array.of(byte));
    return reader.isBetweenBlocks ? [i + 1] : [];
  });
}

Deno.test("a frame is between blocks where each of its blocks ends, and behind its header", () => {
  const bytes = [...MAGIC, ...WINDOW, ...header(0, 2), 1, 2, ...header(2, 3), 1, 2, 3];
  assertEquals(ends(bytes), [6, 11, 17]);
});

Deno.test("a block of one repeated byte is one byte long, and an empty one none", () => {
  const bytes = [...MAGIC, ...WINDOW, ...header(1, 60_000), 7, ...header(0, 0), ...header(0, 1), 9];
  assertEquals(ends(bytes), [6, 10, 13, 17]);
});

Deno.test("a block longer than 255 bytes ends where its header says, however it is cut", () => {
  const wire = Uint8Array.from([...MAGIC, ...WINDOW, ...header(0, 70_000)]);
  for (const first of [1, 300, 69_999]) {
    const reader = new ZstdBlockReader();
    reader.take(wire);
    reader.take(new Uint8Array(first));
    assertEquals(reader.isBetweenBlocks, false);
    reader.take(new Uint8Array(70_000 - first));
    assertEquals(reader.isBetweenBlocks, true);
  }
});

for (
  const [what, descriptor, bytes] of [
    ["a window", 0x00, 1],
    ["a window and the shortest size", 0x40, 3],
    ["a window and the longest size", 0xc0, 9],
    ["a single segment, which has a size in any case", 0x20, 1],
    ["a single segment and a size of four", 0xa0, 4],
    ["a window and a dictionary of four", 0x03, 5],
  ] as const
) {
  Deno.test(`the header of a frame with ${what} has ${bytes} bytes more`, () => {
    const rest = Array.from({ length: bytes }, () => 0xff);
    assertEquals(ends([...MAGIC, descriptor, ...rest]), [5 + bytes]);
  });
}
