import {
  type BlockKind,
  encodeBlockHeader,
  MAX_PLAIN_BYTES,
} from "../../../core/compression/compressed_block.ts";
import { CompressionChoice } from "../../../core/compression/compression_choice.ts";
import type { MemoryBudget } from "../../../core/stream/memory_budget.ts";
import type { ByteConn } from "../../../net/byte_conn.ts";
import {
  CompressionContext,
  type CompressionMethod,
  CONTEXT_BYTES,
} from "./compression_context.ts";
import type { CompressionCounts } from "./compression_counts.ts";

const NONE = new Uint8Array(0);

/**
 * Reads an application and packs what it says into blocks (`packed_block.ts`). Each read of the
 * application that gave something ends with a flush, so nothing waits for what may never follow;
 * one that gave much makes large blocks.
 */
export class Compressor {
  readonly #application: ByteConn;
  readonly #method: CompressionMethod;
  readonly #budget: MemoryBudget;
  readonly #counts: CompressionCounts;
  readonly #choice = new CompressionChoice();
  #context: CompressionContext | null = null;
  /** Read from the application and not packed yet; in the application's own buffer. */
  #plain: Uint8Array = NONE;
  /** Packed and not asked for yet: at most one block. */
  readonly #packed: Uint8Array[] = [];
  #life: "open" | "closed" = "open";

  constructor(
    application: ByteConn,
    method: CompressionMethod,
    budget: MemoryBudget,
    counts: CompressionCounts,
  ) {
    this.#application = application;
    this.#method = method;
    this.#budget = budget;
    this.#counts = counts;
  }

  get state(): "packing" | "resting" {
    return this.#choice.state;
  }

  /** Fills `into` with at least one packed byte; null at the end of the application's output. */
  async read(into: Uint8Array): Promise<number | null> {
    while (this.#packed.length === 0) {
      if (this.#plain.length === 0) {
        const next = await this.#application.readNext();
        if (next === null) return null;
        this.#plain = next;
      }
      const piece = this.#plain.subarray(0, MAX_PLAIN_BYTES);
      this.#plain = this.#plain.subarray(piece.length);
      await this.#pack(piece);
    }
    return this.#take(into);
  }

  /** Gives the memory back. May be called again. */
  close(): void {
    this.#life = "closed";
    this.#dropContext();
  }

  async #pack(piece: Uint8Array): Promise<void> {
    let kind = this.#choice.next(piece.length);
    if (kind === "storedAtLast") this.#dropContext();
    if (kind === "packedAfresh" && !this.#beginContext()) {
      this.#choice.refused();
      kind = "stored";
    }
    const isPacked = kind === "packed" || kind === "packedAfresh";
    const parts = isPacked && this.#context !== null ? await this.#context.run(piece) : [piece];
    const bytes = this.#add(kind, parts);
    if (isPacked) this.#choice.packed(piece.length, bytes);
    this.#counts.sent(piece.length, bytes);
  }

  #add(kind: BlockKind, parts: readonly Uint8Array[]): number {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const header = encodeBlockHeader(kind, length);
    this.#packed.push(header, ...parts);
    return header.length + length;
  }

  #take(into: Uint8Array): number {
    let done = 0;
    for (let part = this.#packed[0]; part !== undefined; part = this.#packed[0]) {
      const count = Math.min(part.length, into.length - done);
      into.set(part.subarray(0, count), done);
      done += count;
      if (count < part.length) {
        this.#packed[0] = part.subarray(count);
        break;
      }
      this.#packed.shift();
    }
    return done;
  }

  #beginContext(): boolean {
    if (this.#life === "closed") return false;
    if (!this.#budget.tryReserve(CONTEXT_BYTES[this.#method].pack)) return false;
    this.#context = CompressionContext.toPack(this.#method);
    return true;
  }

  #dropContext(): void {
    if (this.#context === null) return;
    this.#context.close();
    this.#context = null;
    this.#budget.release(CONTEXT_BYTES[this.#method].pack);
  }
}
