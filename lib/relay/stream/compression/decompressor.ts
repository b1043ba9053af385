import { unreachable } from "../../../core/exhaustive.ts";
import {
  type BlockHeader,
  BlockHeaderReader,
  type BlockKind,
  MAX_PLAIN_BYTES,
} from "../../../core/compression/compressed_block.ts";
import { ZstdBlockReader } from "../../../core/compression/zstd_block_reader.ts";
import type { MemoryBudget } from "../../../core/stream/memory_budget.ts";
import { ProtocolViolation } from "../../../core/wire/protocol_violation.ts";
import type { ByteConn } from "../../../net/byte_conn.ts";
import {
  CompressionContext,
  type CompressionMethod,
  CONTEXT_BYTES,
} from "./compression_context.ts";
import type { Turns } from "../../run/turns.ts";
import type { CompressionCounts } from "./compression_counts.ts";
import { GatheredWrites } from "./gathered_writes.ts";

/** What a flush of deflate ends with (RFC 1951, 3.2.4: a stored block without content). */
const FLUSHED = [0x00, 0x00, 0xff, 0xff];

/** What a packed stream shares with others. */
export interface PackingContext {
  /** Where the memory of its contexts is accounted. */
  readonly budget: MemoryBudget;
  readonly counts: CompressionCounts;
  /** A block that costs its sender nothing may cost much here. */
  readonly turns: Turns;
}

/** Takes packed bytes as they come, cut anywhere, and writes what they stand for. */
export class Decompressor {
  readonly #writes: GatheredWrites;
  readonly #method: CompressionMethod;
  readonly #budget: MemoryBudget;
  readonly #counts: CompressionCounts;
  readonly #turns: Turns;
  readonly #header = new BlockHeaderReader();
  #context: CompressionContext | null = null;
  /** The block that is being read, and what came of it. */
  #kind: BlockKind = "stored";
  #leftBytes = 0;
  #plainBytes = 0;
  /** The last bytes of the block so far. */
  #tail: readonly number[] = [];
  /** Where the frame of the context is; only of zstd. */
  #frame = new ZstdBlockReader();
  #life: "open" | "closed" = "open";

  constructor(
    application: ByteConn,
    method: CompressionMethod,
    { budget, counts, turns }: PackingContext,
  ) {
    this.#writes = new GatheredWrites(application);
    this.#method = method;
    this.#budget = budget;
    this.#counts = counts;
    this.#turns = turns;
  }

  /** Whether a block has begun that has not ended: the stream must not end here. */
  get isWithinBlock(): boolean {
    return this.#leftBytes > 0 || this.#header.isWithin;
  }

  /**
   * Resolves when the application accepted all that can be unpacked.
   *
   * @throws {ProtocolViolation} the peer did not pack this
   * @throws {ConnFailed} the application did not accept it
   */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      if (this.#leftBytes === 0) {
        const header = this.#header.take(bytes[at] ?? 0);
        at += 1;
        this.#counts.received(0, 1);
        if (header !== null) this.#begin(header);
        continue;
      }
      const piece = bytes.subarray(at, at + this.#leftBytes);
      at += piece.length;
      this.#leftBytes -= piece.length;
      const delivery = this.#deliver(piece);
      if (delivery !== null) await delivery;
      const turn = this.#turns.moved(piece.length);
      if (turn !== null) await turn;
      if (this.#life !== "open") return;
    }
    await this.#writes.flush();
  }

  /** Gives the memory back. May be called again. */
  close(): void {
    this.#life = "closed";
    this.#dropContext();
  }

  #begin({ kind, length }: BlockHeader): void {
    this.#kind = kind;
    this.#leftBytes = length;
    this.#plainBytes = 0;
    this.#tail = [];
    switch (kind) {
      case "stored":
        return;
      case "packed":
        if (this.#context !== null) return;
        throw new ProtocolViolation("packing", "Cannot unpack: a block continues what never began");
      case "packedAfresh":
        this.#dropContext();
        this.#beginContext();
        return;
      case "storedAtLast":
        this.#dropContext();
        return;
      default:
        unreachable(kind);
    }
  }

  /** Null: done at once. */
  #deliver(piece: Uint8Array): Promise<void> | null {
    const isPacked = this.#kind === "packed" || this.#kind === "packedAfresh";
    if (isPacked && this.#context !== null) return this.#unpack(piece, this.#context);
    this.#counts.received(piece.length, piece.length);
    return this.#writes.add(piece);
  }

  async #unpack(piece: Uint8Array, context: CompressionContext): Promise<void> {
    const parts = await context.run(piece);
    let plain = 0;
    for (const part of parts) plain += part.length;
    this.#plainBytes += plain;
    if (this.#plainBytes > MAX_PLAIN_BYTES) {
      throw new ProtocolViolation(
        "packing",
        "Cannot unpack: a block unpacks to more than is allowed",
      );
    }
    this.#checkEnd(piece);
    this.#counts.received(plain, piece.length);
    for (const part of parts) {
      const delivery = this.#writes.add(part);
      if (delivery !== null) await delivery;
    }
  }

  /** A block that was cut unpacks to less without an error; that it ends with no flush shows it. */
  #checkEnd(piece: Uint8Array): void {
    const isFlushed = this.#isFlushedAfter(piece);
    if (this.#leftBytes > 0 || isFlushed && this.#plainBytes > 0) return;
    throw new ProtocolViolation("packing", "Cannot unpack: a block is not whole");
  }

  #isFlushedAfter(piece: Uint8Array): boolean {
    switch (this.#method) {
      case "deflate":
        this.#tail = [...this.#tail, ...piece.subarray(-FLUSHED.length)].slice(-FLUSHED.length);
        return FLUSHED.every((byte, i) => this.#tail[i] === byte);
      case "zstd":
        this.#frame.take(piece);
        return this.#frame.isBetweenBlocks;
      default:
        return unreachable(this.#method);
    }
  }

  /**
   * Without a context nothing of the stream could be delivered, whatever else the memory is used
   * for; so a stream gets it in any case, as it gets the beginning of its ring. How much that can
   * be together is bounded by the number of streams.
   */
  #beginContext(): void {
    if (this.#life === "closed") return;
    this.#budget.reserveMinimum(CONTEXT_BYTES[this.#method].unpack);
    this.#context = CompressionContext.toUnpack(this.#method);
    this.#frame = new ZstdBlockReader();
  }

  #dropContext(): void {
    if (this.#context === null) return;
    this.#context.close();
    this.#context = null;
    this.#budget.release(CONTEXT_BYTES[this.#method].unpack);
  }
}
