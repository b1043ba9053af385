/**
 * Archives in the format ustar that say nothing of the machine that made them: owner 0, one time
 * for all, names in order. The same files give the same bytes.
 */
import { joined } from "./joined.ts";
import { type PackedFile, sorted } from "./packed_file.ts";

const BLOCK = 512;
const NAME_LIMIT = 100;

/**
 * @param seconds when everything in it was changed, since 1970
 * @throws {RangeError} a path is longer than ustar allows without its prefix
 */
export function tar(files: readonly PackedFile[], seconds: number): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const folder of foldersOf(files)) {
    parts.push(header({ path: `${folder}/`, mode: 0o755, type: "5", size: 0, to: "" }, seconds));
  }
  for (const file of sorted(files)) {
    const { path } = file;
    if (file.kind === "link") {
      parts.push(header({ path, mode: 0o755, type: "1", size: 0, to: file.to }, seconds));
      continue;
    }
    const { bytes, mode } = file;
    parts.push(header({ path, mode, type: "0", size: bytes.length, to: "" }, seconds), bytes);
    parts.push(new Uint8Array((BLOCK - bytes.length % BLOCK) % BLOCK));
  }
  return joined([...parts, new Uint8Array(2 * BLOCK)]);
}

/** Every folder above a file, the upper ones first; `.` is not one. */
function foldersOf(files: readonly PackedFile[]): readonly string[] {
  const folders = new Set<string>();
  for (const { path } of files) {
    const names = path.split("/");
    for (let depth = 1; depth < names.length; depth++) {
      const folder = names.slice(0, depth).join("/");
      folders.add(folder);
    }
  }
  return [...folders].sort();
}

/** What the 512 bytes before each file say. */
interface Head {
  readonly path: string;
  readonly mode: number;
  /** `0` a file, `1` a hard link, `5` a folder. */
  readonly type: "0" | "1" | "5";
  readonly size: number;
  /** What a link leads to. */
  readonly to: string;
}

function header({ path, mode, type, size, to }: Head, seconds: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (offset: number, text: string) => block.set(new TextEncoder().encode(text), offset);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  for (const name of [path, to]) {
    if (new TextEncoder().encode(name).length > NAME_LIMIT) {
      throw new RangeError(`Cannot pack ${name}: its path is longer than ${NAME_LIMIT} bytes`);
    }
  }
  put(0, path);
  put(100, octal(mode, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(size, 11));
  put(136, octal(seconds, 11));
  put(148, " ".repeat(8));
  put(156, type);
  put(157, to);
  put(257, "ustar\x0000");
  put(265, "root");
  put(297, "root");
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)}\0 `);
  return block;
}
