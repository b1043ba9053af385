/** Zip archives, for Windows: the same files give the same bytes. Links are not for them. */
import { crc32, deflateRawSync } from "node:zlib";
import { joined } from "./joined.ts";
import { type PackedFile, sorted } from "./packed_file.ts";

const DEFLATED = 8;
/** 2.0, with names in UTF-8. */
const VERSION = 20;
const UTF8 = 0x800;
/** Made on Unix, so that the mode counts where it is unpacked there. */
const MADE_BY = 3 << 8 | VERSION;

/**
 * @param seconds when everything in it was changed, since 1970; zip knows nothing before 1980
 * @throws {TypeError} a link is among the files
 */
export function zip(files: readonly PackedFile[], seconds: number): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const file of sorted(files)) {
    if (file.kind === "link") throw new TypeError(`Cannot pack ${file.path}: zip has no links`);
    const name = new TextEncoder().encode(file.path);
    const packed = deflateRawSync(file.bytes, { level: 9 });
    const common = [
      ...two(VERSION, UTF8, DEFLATED, ...dosTime(seconds)),
      ...four(crc32(file.bytes), packed.length, file.bytes.length),
      ...two(name.length, 0),
    ];
    const local = joined([Uint8Array.from([...four(0x04034b50), ...common]), name, packed]);
    directory.push(
      Uint8Array.from([
        ...four(0x02014b50),
        ...two(MADE_BY),
        ...common,
        ...two(0, 0, 0),
        ...four((0o100000 | file.mode) * 0x10000, offset),
      ]),
      name,
    );
    parts.push(local);
    offset += local.length;
  }
  const entries = joined(directory);
  const end = Uint8Array.from([
    ...four(0x06054b50),
    ...two(0, 0, files.length, files.length),
    ...four(entries.length, offset),
    ...two(0),
  ]);
  return joined([...parts, entries, end]);
}

/** Time and date as DOS kept them, in UTC. */
function dosTime(seconds: number): readonly [number, number] {
  const at = new Date(Math.max(seconds, Date.UTC(1980) / 1000) * 1000);
  const time = at.getUTCHours() << 11 | at.getUTCMinutes() << 5 | at.getUTCSeconds() >> 1;
  const date = at.getUTCFullYear() - 1980 << 9 | at.getUTCMonth() + 1 << 5 | at.getUTCDate();
  return [time, date];
}

function two(...values: readonly number[]): readonly number[] {
  return values.flatMap((value) => [value & 255, value >>> 8 & 255]);
}

function four(...values: readonly number[]): readonly number[] {
  return values.flatMap((value) => {
    const whole = value >>> 0;
    return [whole & 255, whole >>> 8 & 255, whole >>> 16 & 255, whole >>> 24];
  });
}
