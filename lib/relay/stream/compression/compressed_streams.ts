import type { MemoryBudget } from "../../../core/stream/memory_budget.ts";
import type { StreamRecord } from "../../../core/stream/stream_record.ts";
import type { Compression, StreamOpening } from "../../../core/wire/stream_opening.ts";
import { nameOfTarget } from "../../../core/wire/name_of_target.ts";
import type { ByteConn } from "../../../net/byte_conn.ts";
import type { Turns } from "../../run/turns.ts";
import { CompressedConn } from "./compressed_conn.ts";
import { CompressionCounts, type CompressionSnapshot } from "./compression_counts.ts";
import type { CompressionTotals } from "./compression_totals.ts";

/** How a stream is packed, for the status. */
export interface StreamCompression extends CompressionSnapshot {
  readonly compression: Compression;
  /** `resting`: what the application here says goes as it is, because it did not shrink. */
  readonly state: "packing" | "resting";
}

/** The packed streams of one session. */
export class CompressedStreams {
  readonly #budget: MemoryBudget;
  readonly #totals: CompressionTotals;
  readonly #turns: Turns;
  readonly #streams = new Map<
    number,
    { readonly service: string; readonly read: () => StreamCompression }
  >();

  constructor(budget: MemoryBudget, totals: CompressionTotals, turns: Turns) {
    this.#budget = budget;
    this.#totals = totals;
    this.#turns = turns;
  }

  /** The application of `stream` as the wire is to see it; itself where nothing is packed. */
  wrap(
    { id, opening }: StreamRecord,
    application: Promise<ByteConn | null>,
  ): Promise<ByteConn | null> {
    const { compression } = opening;
    if (compression === "none") return application;
    return application.then((conn) => conn === null ? null : this.#pack(id, opening, conn));
  }

  #pack(id: number, { target, compression }: StreamOpening, conn: ByteConn): ByteConn {
    if (compression === "none") return conn;
    const service = nameOfTarget(target);
    const counts = new CompressionCounts(this.#totals.of(service));
    const packed = new CompressedConn(
      conn,
      compression,
      { budget: this.#budget, counts, turns: this.#turns },
      () => this.#streams.delete(id),
    );
    const read = () => ({ compression, state: packed.state, ...counts.snapshot() });
    this.#streams.set(id, { service, read });
    return packed;
  }

  /** All that are packed, for the status. */
  get all(): readonly (StreamCompression & {
    readonly stream: number;
    readonly service: string;
  })[] {
    return [...this.#streams].map(([stream, { service, read }]) => ({
      stream,
      service,
      ...read(),
    }));
  }

  /** Null where nothing is packed. */
  snapshot(stream: number): StreamCompression | null {
    return this.#streams.get(stream)?.read() ?? null;
  }
}
