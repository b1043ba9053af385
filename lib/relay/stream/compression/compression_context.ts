import zlib from "node:zlib";
import type { Transform } from "node:stream";
import { MAX_PLAIN_BYTES } from "../../../core/compression/compressed_block.ts";
import type { Compression } from "../../../core/wire/stream_opening.ts";
import { ProtocolViolation } from "../../../core/wire/protocol_violation.ts";

/** How bytes are compressed where they are. */
export type CompressionMethod = Exclude<Compression, "none">;

/** How far back repetitions are found: 2^17 bytes; a peer that wants more memory is refused. */
const ZSTD_WINDOW_LOG = 17;
/** Level 3 takes four times the memory of level 1 and saves a few percent more. */
const ZSTD_LEVEL = 1;
/** Output is made in pieces of this size. */
const PIECE_BYTES = 16 * 1024;

/** What a context costs, measured, piece and objects included. */
export const CONTEXT_BYTES: Readonly<
  Record<CompressionMethod, { readonly pack: number; readonly unpack: number }>
> = {
  zstd: { pack: 256 * 1024, unpack: 448 * 1024 },
  deflate: { pack: 320 * 1024, unpack: 96 * 1024 },
};

interface Run {
  readonly parts: Uint8Array[];
  readonly resolve: (parts: readonly Uint8Array[]) => void;
  readonly reject: (error: Error) => void;
  bytes: number;
}

/** One context of zstd or raw deflate, in one direction: what goes in comes out at once. */
export class CompressionContext {
  readonly #transform: Transform;
  readonly #flush: ((done: () => void) => void) | null;
  readonly #mostBytes: number;
  #run: Run | null = null;
  #failure: Error | null = null;
  #life: "open" | "closing" | "closed" = "open";

  private constructor(
    transform: Transform,
    flush: ((done: () => void) => void) | null,
    mostBytes: number,
  ) {
    this.#transform = transform;
    this.#flush = flush;
    this.#mostBytes = mostBytes;
    transform.on("data", (part: Uint8Array) => this.#took(part));
    transform.on("error", (cause: Error) => this.#failed(cannotUnpack(cause.message, cause)));
    transform.on("end", () => this.#failed(cannotUnpack("the packed bytes end in mid-stream")));
    transform.on("close", () => this.#failed(cannotUnpack("the context was closed")));
  }

  static toPack(method: CompressionMethod): CompressionContext {
    const { constants } = zlib;
    if (method === "deflate") {
      const deflate = zlib.createDeflateRaw({ chunkSize: PIECE_BYTES });
      const flush = (done: () => void) => deflate.flush(constants.Z_SYNC_FLUSH, done);
      return new CompressionContext(deflate, flush, Infinity);
    }
    const zstd = zlib.createZstdCompress({
      chunkSize: PIECE_BYTES,
      params: {
        [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL,
        [constants.ZSTD_c_windowLog]: ZSTD_WINDOW_LOG,
      },
    });
    const flush = (done: () => void) => zstd.flush(constants.ZSTD_e_flush, done);
    return new CompressionContext(zstd, flush, Infinity);
  }

  static toUnpack(method: CompressionMethod): CompressionContext {
    const transform = method === "deflate"
      ? zlib.createInflateRaw({ chunkSize: PIECE_BYTES })
      : zlib.createZstdDecompress({
        chunkSize: PIECE_BYTES,
        params: { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
      });
    return new CompressionContext(transform, null, MAX_PLAIN_BYTES);
  }

  /**
   * Puts `bytes` in, which must not change meanwhile, and returns what comes out. One at a time.
   *
   * @throws {ProtocolViolation} they cannot be unpacked, or to more than a block may hold
   */
  run(bytes: Uint8Array): Promise<readonly Uint8Array[]> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const run = { parts: [], bytes: 0, resolve, reject };
      this.#run = run;
      const done = () => this.#finish(run);
      if (this.#flush === null) this.#transform.write(bytes, done);
      else {
        this.#transform.write(bytes);
        this.#flush(done);
      }
    });
  }

  /** Gives the memory back, at the end of what is running. May be called again. */
  close(): void {
    if (this.#life === "closed") return;
    this.#life = this.#run === null ? "closed" : "closing";
    if (this.#life === "closed") this.#transform.destroy();
  }

  #took(part: Uint8Array): void {
    const run = this.#run;
    if (run === null) return;
    run.bytes += part.length;
    if (run.bytes <= this.#mostBytes) run.parts.push(part);
    else this.#failed(cannotUnpack("a block unpacks to more than is allowed"));
  }

  #finish(run: Run): void {
    if (this.#run !== run) return;
    // Deno calls back before it tells of the failure; after the last block nothing else would.
    const { errored } = this.#transform;
    if (errored !== null) return this.#failed(cannotUnpack(errored.message, errored));
    this.#run = null;
    run.resolve(run.parts);
    this.#closeIfWanted();
  }

  #failed(failure: Error): void {
    this.#failure ??= failure;
    const run = this.#run;
    this.#run = null;
    run?.reject(this.#failure);
    this.#life = "closing";
    this.#closeIfWanted();
  }

  #closeIfWanted(): void {
    if (this.#life === "closing") this.close();
  }
}

function cannotUnpack(reason: string, cause?: Error): ProtocolViolation {
  return new ProtocolViolation("packing", `Cannot unpack: ${reason}`, { cause });
}
