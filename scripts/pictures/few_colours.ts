/** Pictures of screens with at most 256 colours: a third of the size, and nobody sees it. */
import { Buffer } from "node:buffer";
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const MOST_COLOURS = 256;

/** The picture, a colour of 24 bits for each point. */
interface Points {
  readonly width: number;
  readonly height: number;
  readonly colours: Uint32Array;
}

/**
 * The same picture with its most frequent colours, each of the others being the nearest of them.
 *
 * @param png as Chromium writes it: 8 bits for each of three or four channels, not interlaced
 */
export function inFewColours(png: Uint8Array): Uint8Array {
  const points = decoded(Buffer.from(png));
  const counts = new Map<number, number>();
  for (const colour of points.colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = [...counts].sort(([a, m], [b, n]) => n - m || a - b)
    .slice(0, MOST_COLOURS).map(([colour]) => colour);
  const places = new Map(palette.map((colour, place) => [colour, place]));
  for (const colour of counts.keys()) {
    if (!places.has(colour)) places.set(colour, nearest(colour, palette));
  }
  return encoded(points, palette, places);
}

function decoded(png: Buffer): Points {
  if (!SIGNATURE.every((byte, at) => png[at] === byte)) throw new TypeError("Cannot read: no PNG");
  let header: Buffer | null = null;
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") header = body;
    if (type === "IDAT") data.push(body);
    at += 12 + length;
  }
  if (header === null || header[8] !== 8 || header[12] !== 0) {
    throw new TypeError("Cannot read a PNG of this kind");
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = header[9] === 2 ? 3 : header[9] === 6 ? 4 : 0;
  if (channels === 0) throw new TypeError("Cannot read a PNG without three or four channels");
  const rows = unfiltered(inflateSync(Buffer.concat(data)), width * channels, channels);
  const colours = new Uint32Array(width * height);
  for (let point = 0; point < colours.length; point++) {
    colours[point] = rows.readUIntBE(point * channels, 3);
  }
  return { width, height, colours };
}

/** Takes back what makes rows smaller (PNG, 9.2). */
function unfiltered(filtered: Buffer, rowBytes: number, channels: number): Buffer {
  const height = filtered.length / (rowBytes + 1);
  const rows = Buffer.alloc(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const kind = filtered[y * (rowBytes + 1)] ?? 0;
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x;
      const left = x < channels ? 0 : rows[at - channels] ?? 0;
      const up = y === 0 ? 0 : rows[at - rowBytes] ?? 0;
      const corner = x < channels || y === 0 ? 0 : rows[at - rowBytes - channels] ?? 0;
      const added = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][kind] ?? 0;
      rows[at] = ((filtered[y * (rowBytes + 1) + 1 + x] ?? 0) + added) & 255;
    }
  }
  return rows;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [l, u, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (l <= u && l <= c) return left;
  return u <= c ? up : corner;
}

function nearest(colour: number, palette: readonly number[]): number {
  let best = 0;
  let least = Infinity;
  for (const [place, other] of palette.entries()) {
    const distance = [16, 8, 0].reduce(
      (sum, shift) => sum + (((colour >> shift) & 255) - ((other >> shift) & 255)) ** 2,
      0,
    );
    if (distance < least) [best, least] = [place, distance];
  }
  return best;
}

function encoded(
  { width, height, colours }: Points,
  palette: readonly number[],
  places: ReadonlyMap<number, number>,
): Uint8Array {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows[y * (width + 1) + 1 + x] = places.get(colours[y * width + x] ?? 0) ?? 0;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const entries = Buffer.from(
    palette.flatMap((colour) => [16, 8, 0].map((s) => (colour >> s) & 255)),
  );
  return Buffer.concat([
    Buffer.from(SIGNATURE),
    chunk("IHDR", header),
    chunk("PLTE", entries),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, body: Buffer): Buffer {
  const whole = Buffer.alloc(12 + body.length);
  whole.writeUInt32BE(body.length, 0);
  whole.write(type, 4, "latin1");
  whole.set(body, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + body.length)), 8 + body.length);
  return whole;
}
