/**
 * The blocks of a packed stream.
 *
 * Theory of operation. With `compression` other than `none`, each direction of a stream is a
 * sequence of blocks: a header and so many bytes. A block is either stored, its bytes are the
 * application's, or packed, its bytes are the next ones of a zstd or raw deflate context that is
 * flushed at the end of the block, so that all of it can be unpacked when the block is there.
 * The context lives on from packed block to packed block, past stored ones between them, until a
 * block says otherwise: so its sender can give up packing what does not shrink, give the memory of
 * the context back, and begin again, anywhere in the stream.
 *
 * The header is one number of at most three bytes, seven bits in each, low ones first, the eighth
 * set in all but the last: the length of the block times four, plus its kind.
 *
 * No block stands for more than `MAX_PLAIN_BYTES` of the application's, and none is empty. What
 * unpacks to more is an error, not a reason to make room: a small block can thus never ask for
 * much memory, and a bomb is no more than many blocks, each delivered before the next is read.
 * A stream ends between blocks.
 */

import { ProtocolViolation } from "../wire/protocol_violation.ts";

/** What a block holds; the place in the list is the number on the wire. */
export const BLOCK_KINDS = [
  /** The application's bytes as they are. */
  "stored",
  /** Continues the context. */
  "packed",
  /** Begins a context; one that was there is over. */
  "packedAfresh",
  /** As `stored`, and the context is over: both ends may forget it. */
  "storedAtLast",
] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

/** Most bytes of an application that one block stands for. */
export const MAX_PLAIN_BYTES = 64 * 1024;

/** Longest block: what does not shrink may grow by a little when packed. */
export const MAX_BLOCK_BYTES = MAX_PLAIN_BYTES + 1024;

const MAX_HEADER_BYTES = 3;
const KIND_COUNT = BLOCK_KINDS.length;

export function encodeBlockHeader(kind: BlockKind, length: number): Uint8Array {
  const header: number[] = [];
  let rest = length * KIND_COUNT + BLOCK_KINDS.indexOf(kind);
  for (; rest > 0x7f; rest >>>= 7) header.push((rest & 0x7f) | 0x80);
  header.push(rest);
  return Uint8Array.from(header);
}

export interface BlockHeader {
  readonly kind: BlockKind;
  readonly length: number;
}

/** Reads headers that may arrive in pieces. */
export class BlockHeaderReader {
  #value = 0;
  #count = 0;

  /** Whether a header has begun that is not complete. */
  get isWithin(): boolean {
    return this.#count > 0;
  }

  /**
   * Takes one more byte; the header if it is complete.
   *
   * @throws {ProtocolViolation} no block can have this header
   */
  take(byte: number): BlockHeader | null {
    this.#value += (byte & 0x7f) << (7 * this.#count);
    this.#count += 1;
    if (byte > 0x7f) {
      if (this.#count < MAX_HEADER_BYTES) return null;
      throw new ProtocolViolation("packing", "Cannot unpack: the header of a block is too long");
    }
    const kind = BLOCK_KINDS[this.#value % KIND_COUNT] ?? "stored";
    const length = Math.floor(this.#value / KIND_COUNT);
    this.#value = this.#count = 0;
    if (length === 0 || length > mostBytes(kind)) {
      throw new ProtocolViolation("packing", `Cannot unpack a ${kind} block of ${length} bytes`);
    }
    return { kind, length };
  }
}

function mostBytes(kind: BlockKind): number {
  return kind === "stored" || kind === "storedAtLast" ? MAX_PLAIN_BYTES : MAX_BLOCK_BYTES;
}
