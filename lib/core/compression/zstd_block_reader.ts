import { unreachable } from "../exhaustive.ts";
/**
 * Follows where the blocks of one zstd frame end (RFC 8878, 3.1.1), without unpacking them.
 *
 * A flush ends between two blocks of the frame. Whoever unpacks needs to know it: zstd hands out
 * the beginning of a block that does not shrink as it comes, so that one which was cut looks like a
 * shorter one.
 */

const MAGIC_BYTES = 4;
const HEADER_BYTES = 3;
/** Bytes of the number of the dictionary, and of the size of the content, by their two bits. */
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
/** The type of block that is one byte, repeated. */
const RUN_LENGTH = 1;

type Part = "magic" | "descriptor" | "restOfFrameHeader" | "blockHeader" | "block";

export class ZstdBlockReader {
  #part: Part = "magic";
  #leftBytes = MAGIC_BYTES;
  /** The number that the bytes of the part make so far, low ones first; only of short parts. */
  #value = 0;
  #shift = 0;

  /** Whether a block has just ended. */
  get isBetweenBlocks(): boolean {
    return this.#part === "blockHeader" && this.#leftBytes === HEADER_BYTES;
  }

  /** Takes the next bytes of the frame, cut anywhere. What is wrong with them the context tells. */
  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + this.#leftBytes);
      at += piece.length;
      this.#leftBytes -= piece.length;
      if (this.#part === "descriptor" || this.#part === "blockHeader") this.#read(piece);
      if (this.#leftBytes === 0) this.#next();
    }
  }

  #read(piece: Uint8Array): void {
    for (const byte of piece) {
      this.#value += byte << this.#shift;
      this.#shift += 8;
    }
  }

  #next(): void {
    switch (this.#part) {
      case "magic":
        return this.#begin("descriptor", 1);
      case "descriptor":
        return this.#begin("restOfFrameHeader", frameHeaderBytes(this.#value));
      case "restOfFrameHeader":
      case "block":
        return this.#begin("blockHeader", HEADER_BYTES);
      case "blockHeader": {
        const size = this.#value >>> 3;
        const length = (this.#value >>> 1 & 3) === RUN_LENGTH ? 1 : size;
        if (length > 0) return this.#begin("block", length);
        return this.#begin("blockHeader", HEADER_BYTES);
      }
      default:
        unreachable(this.#part);
    }
  }

  #begin(part: Part, length: number): void {
    this.#part = part;
    this.#leftBytes = length;
    this.#value = this.#shift = 0;
  }
}

/** How long the header of a frame is behind its descriptor; never nothing. */
function frameHeaderBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const content = CONTENT_SIZE_BYTES[descriptor >>> 6 & 3] ?? 0;
  const dictionary = DICTIONARY_BYTES[descriptor & 3] ?? 0;
  // With a single segment there is no window, and the size is there even if its bits are zero.
  return dictionary + (isSingleSegment ? Math.max(content, 1) : content + 1);
}
