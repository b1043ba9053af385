import { ProtocolViolation } from "../../../core/wire/protocol_violation.ts";
import type { ByteConn } from "../../../net/byte_conn.ts";
import { Compressor } from "./compressor.ts";
import type { CompressionMethod } from "./compression_context.ts";
import type { CompressionCounts } from "./compression_counts.ts";
import { Decompressor, type PackingContext } from "./decompressor.ts";

const READ_BYTES = 16 * 1024;

/**
 * An application's connection seen from the wire: what is read from it is packed, what is written
 * to it is unpacked. To the relay it is a connection like any other, so positions, rings and
 * switches deal with packed bytes and need to know nothing of it.
 */
export class CompressedConn implements ByteConn {
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly #application: ByteConn;
  readonly #packer: Compressor;
  readonly #unpacker: Decompressor;
  readonly #counts: CompressionCounts;
  readonly #closed: () => void;

  /** `closed` is called when the connection is given up here. */
  constructor(
    application: ByteConn,
    method: CompressionMethod,
    context: PackingContext,
    closed: () => void = () => {},
  ) {
    this.localAddress = application.localAddress;
    this.remoteAddress = application.remoteAddress;
    this.#application = application;
    this.#packer = new Compressor(application, method, context.budget, context.counts);
    this.#unpacker = new Decompressor(application, method, context);
    this.#counts = context.counts;
    this.#closed = closed;
  }

  /** Whether the application's bytes are packed just now, or go as they are. */
  get state(): "packing" | "resting" {
    return this.#packer.state;
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#packer.read(into);
  }

  async readNext(): Promise<Uint8Array | null> {
    const buffer = new Uint8Array(READ_BYTES);
    const count = await this.#packer.read(buffer);
    return count === null ? null : buffer.subarray(0, count);
  }

  /** @throws {ProtocolViolation} the peer did not pack this */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#unpacker.write(bytes);
    } catch (error) {
      if (error instanceof ProtocolViolation) this.#counts.broke();
      throw error;
    }
  }

  /** @throws {ProtocolViolation} the stream ends within a block */
  async closeWrite(): Promise<void> {
    if (this.#unpacker.isWithinBlock) {
      this.#counts.broke();
      throw new ProtocolViolation("packing", "Cannot unpack: the stream ends within a block");
    }
    await this.#application.closeWrite();
  }

  lookAgain(): "done" | "later" {
    return this.#application.lookAgain?.() ?? "done";
  }

  lookForAnswer(): number | null {
    return this.#application.lookForAnswer?.() ?? null;
  }

  unconfirmedBytes(): number {
    return this.#application.unconfirmedBytes?.() ?? 0;
  }

  close(): void {
    this.#application.close();
    this.#giveUp();
  }

  reset(): void {
    this.#application.reset();
    this.#giveUp();
  }

  #giveUp(): void {
    this.#packer.close();
    this.#unpacker.close();
    this.#closed();
  }
}
