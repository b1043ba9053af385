import { Buffer } from "node:buffer";
import { deflateSync, inflateSync } from "node:zlib";
import { inFewColours } from "../../../scripts/pictures/few_colours.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];

/** The chunks of a PNG by their types, checksums left out. */
function chunksOf(png: Uint8Array): ReadonlyMap<string, Buffer> {
  const bytes = Buffer.from(png);
  const chunks = new Map<string, Buffer>();
  for (let at = SIGNATURE.length; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    chunks.set(bytes.toString("latin1", at + 4, at + 8), bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return chunks;
}

/** A PNG of three channels: each row is its filter and its filtered bytes. */
function png(width: number, rows: readonly (readonly number[])[]): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([8, 2], 8);
  const chunk = (type: string, body: Uint8Array) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length, 0);
    head.write(type, 4, "latin1");
    return [head, body, Buffer.alloc(4)];
  };
  const data = deflateSync(Buffer.from(rows.flat()));
  return Buffer.concat([
    Buffer.from(SIGNATURE),
    ...chunk("IHDR", header),
    ...chunk("IDAT", data),
    ...chunk("IEND", new Uint8Array()),
  ]);
}

/** The colours of all points of what `inFewColours` has made. */
function coloursOf(made: Uint8Array): readonly number[] {
  const chunks = chunksOf(made);
  const header = chunks.get("IHDR") ?? Buffer.alloc(0);
  const palette = chunks.get("PLTE") ?? Buffer.alloc(0);
  const width = header.readUInt32BE(0);
  const rows = inflateSync(chunks.get("IDAT") ?? Buffer.alloc(0));
  return [...rows].filter((_, at) => at % (width + 1) !== 0)
    .map((place) => palette.readUIntBE(place * 3, 3));
}

Deno.test("inFewColours keeps every point of a picture of few colours, whatever its filters", () => {
  const made = inFewColours(png(2, [
    [0, 1, 2, 3, 4, 5, 6],
    [1, 1, 2, 3, 3, 3, 3],
    [2, 0, 0, 0, 1, 1, 1],
    [3, 1, 1, 1, 0, 0, 0],
    [4, 0, 0, 0, 0, 0, 255],
  ]));
  assertEquals(
    coloursOf(made).map((colour) => colour.toString(16).padStart(6, "0")),
    [
      ...["010203", "040506"],
      ...["010203", "040506"],
      ...["010203", "050607"],
      ...["010202", "030404"],
      ...["010202", "030403"],
    ],
  );
});

Deno.test("inFewColours takes the nearest of the 256 most frequent colours for each other one", () => {
  // 300 greys and blues, the last ones once only.
  const colours = Array.from({ length: 300 }, (_, at) => [at >> 1, at >> 1, (at * 7) % 256]);
  const often = colours.slice(0, 256);
  const rows = [[...often, ...often], [...colours, ...often.slice(0, 212)]]
    .map((row) => [0, ...row.flat()]);
  const made = coloursOf(inFewColours(png(512, rows)));
  const flat = (color: readonly number[] | undefined) =>
    ((color?.[0] ?? 0) << 16) | ((color?.[1] ?? 0) << 8) | (color?.[2] ?? 0);
  assertEquals(made.slice(0, 512), [...often, ...often].map(flat));
  assertEquals(new Set(made).size, 256);
  for (const [at, colour] of made.slice(512 + 256, 512 + 300).entries()) {
    const distanceTo = (other: number) =>
      [16, 8, 0].reduce((sum, shift) => {
        return sum + (((flat(colours[256 + at]) >> shift) & 255) - ((other >> shift) & 255)) ** 2;
      }, 0);
    const least = Math.min(...often.map((one) => distanceTo(flat(one))));
    assertEquals(distanceTo(colour), least);
  }
});

Deno.test("inFewColours refuses what is no PNG of Chromium's kind", () => {
  assertThrows(() => inFewColours(new TextEncoder().encode("GIF89a")), TypeError);
  assert(inFewColours(png(1, [[0, 9, 9, 9]])).length > 0);
});
