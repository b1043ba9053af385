import type { MemoryBudget } from "../../../core/stream/memory_budget.ts";
import type { StreamRecord } from "../../../core/stream/stream_record.ts";
import type { Compression, StreamOpening } from "../../../core/wire/stream_opening.ts";
import { nameOfTarget } from "../../../core/wire/name_of_target.ts";
import type { ByteConn } from "../../../net/byte_conn.ts";
import { PackedConn } from "./compressed_conn.ts";
import { PackingCounts, type PackingSnapshot } from "./compression_counts.ts";
import type { PackingTotals } from "./compression_totals.ts";

/** How a stream is packed, for the status. */
export interface StreamPacking extends PackingSnapshot {
  readonly compression: Compression;
  /** `resting`: what the application here says goes as it is, because it did not shrink. */
  readonly state: "packing" | "resting";
}

/** The packed streams of one session. */
export class PackedStreams {
  readonly #budget: MemoryBudget;
  readonly #totals: PackingTotals;
  readonly #streams = new Map<
    number,
    { readonly service: string; readonly read: () => StreamPacking }
  >();

  constructor(budget: MemoryBudget, totals: PackingTotals) {
    this.#budget = budget;
    this.#totals = totals;
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
    const counts = new PackingCounts(this.#totals.of(service));
    const packed = new PackedConn(
      conn,
      compression,
      this.#budget,
      counts,
      () => this.#streams.delete(id),
    );
    const read = () => ({ compression, state: packed.state, ...counts.snapshot() });
    this.#streams.set(id, { service, read });
    return packed;
  }

  /** All that are packed, for the status. */
  get all(): readonly (StreamPacking & { readonly stream: number; readonly service: string })[] {
    return [...this.#streams].map(([stream, { service, read }]) => ({
      stream,
      service,
      ...read(),
    }));
  }

  /** Null where nothing is packed. */
  snapshot(stream: number): StreamPacking | null {
    return this.#streams.get(stream)?.read() ?? null;
  }
}
