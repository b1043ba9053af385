import { Buffer } from "node:buffer";
import { type BlockKind, encodeBlockHeader } from "../lib/core/compression/compressed_block.ts";
import { MemoryBudget } from "../lib/core/stream/memory_budget.ts";
import type { ByteConn } from "../lib/net/byte_conn.ts";
import { CompressedConn } from "../lib/relay/stream/compression/compressed_conn.ts";
import type { CompressionMethod } from "../lib/relay/stream/compression/compression_context.ts";
import { CompressionCounts } from "../lib/relay/stream/compression/compression_counts.ts";
import { Turns } from "../lib/relay/run/turns.ts";
import { VirtualClock } from "./virtual_clock.ts";

const LARGE = 1 << 30;

/** The packed side of an application, with what it is accounted in. */
export interface Packed {
  readonly conn: CompressedConn;
  readonly counts: CompressionCounts;
  readonly budget: MemoryBudget;
  readonly application: FakeApplication;
  readonly heard: () => Uint8Array;
}

export function packed(
  packing: CompressionMethod,
  application: FakeApplication,
  budget: MemoryBudget = new MemoryBudget(LARGE),
): Packed {
  const counts = new CompressionCounts();
  const conn = new CompressedConn(application, packing, {
    budget,
    counts,
    turns: new Turns(new VirtualClock()),
  });
  return { conn, counts, budget, application, heard: () => Buffer.concat(application.heard) };
}

/** One block as it is on the wire. */
export function block(kind: BlockKind, content: Uint8Array): Uint8Array {
  return Buffer.concat([encodeBlockHeader(kind, content.length), content]);
}

/** An application that says what it was given and notes what it hears. */
export class FakeApplication implements ByteConn {
  readonly localAddress = "127.0.0.1:1";
  readonly remoteAddress = "127.0.0.1:2";
  readonly heard: Uint8Array[] = [];
  heardBytes = 0;
  offeredBytes = 0;
  readonly #said: Uint8Array[];
  #gate: PromiseWithResolvers<void> | null = null;
  #asked = Promise.withResolvers<void>();

  constructor(said: readonly Uint8Array[]) {
    this.#said = [...said];
  }

  hold(): void {
    this.#gate = Promise.withResolvers();
    this.#asked = Promise.withResolvers();
  }
  held(): Promise<void> {
    return this.#asked.promise;
  }
  release(): void {
    this.#gate?.resolve();
    this.#gate = null;
  }

  read(): Promise<number | null> {
    return Promise.reject(new Error("a packer reads with readNext"));
  }
  readNext(): Promise<Uint8Array | null> {
    return Promise.resolve(this.#said.shift() ?? null);
  }
  async write(bytes: Uint8Array): Promise<void> {
    this.offeredBytes += bytes.length;
    this.#asked.resolve();
    await this.#gate?.promise;
    this.heard.push(bytes.slice());
    this.heardBytes += bytes.length;
  }
  closeWrite(): Promise<void> {
    return Promise.resolve();
  }
  close(): void {}
  reset(): void {}
}
