import type { BlockKind } from "./compressed_block.ts";

/** Shorter pieces are stored: what packing could save is less than what it costs. */
export const TINY_BYTES = 24;

/** So many packed bytes of an application are judged together. */
export const JUDGED_BYTES = 64 * 1024;

/** Packing is worth its time when it saves at least a tenth. */
export const WORTHWHILE_SHARE = 0.9;

/** So many bytes go unpacked after packing did not pay, before it is tried again. */
export const FIRST_REST_BYTES = 256 * 1024;
export const MAX_REST_BYTES = 16 * 1024 * 1024;
const REST_FACTOR = 4;

/**
 * Decides for each piece of a stream whether it is packed. A stream that does not shrink is packed
 * no more, but now and then tried again, less often each time: a file may follow upon a picture.
 */
export class CompressionChoice {
  #context: "none" | "open" = "none";
  #restBytes = 0;
  #nextRestBytes = FIRST_REST_BYTES;
  #judgedBytes = 0;
  #judgedPacked = 0;

  /** Whether pieces are packed just now. */
  get state(): "packing" | "resting" {
    return this.#restBytes > 0 ? "resting" : "packing";
  }

  /** How a piece of so many bytes goes out. */
  next(bytes: number): BlockKind {
    if (this.#restBytes > 0) {
      this.#restBytes = Math.max(0, this.#restBytes - bytes);
      if (this.#context === "none") return "stored";
      this.#context = "none";
      return "storedAtLast";
    }
    if (bytes < TINY_BYTES) return "stored";
    if (this.#context === "open") return "packed";
    this.#context = "open";
    return "packedAfresh";
  }

  /** A piece was packed: what came of it. */
  packed(plainBytes: number, packedBytes: number): void {
    this.#judgedBytes += plainBytes;
    this.#judgedPacked += packedBytes;
    if (this.#judgedBytes < JUDGED_BYTES) return;
    const isWorthwhile = this.#judgedPacked <= this.#judgedBytes * WORTHWHILE_SHARE;
    this.#judgedBytes = this.#judgedPacked = 0;
    if (isWorthwhile) this.#nextRestBytes = FIRST_REST_BYTES;
    else this.#rest();
  }

  /** There is no memory for a context just now: the piece that began it is to be stored. */
  refused(): void {
    this.#context = "none";
    this.#judgedBytes = this.#judgedPacked = 0;
    this.#rest();
  }

  #rest(): void {
    this.#restBytes = this.#nextRestBytes;
    this.#nextRestBytes = Math.min(this.#nextRestBytes * REST_FACTOR, MAX_REST_BYTES);
  }
}
