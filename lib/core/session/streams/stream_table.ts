import { MemoryBudget } from "../../stream/memory_budget.ts";
import { createStreamRecord, type StreamRecord } from "../../stream/stream_record.ts";
import type { StreamOpening } from "../../wire/stream_opening.ts";
import { NumberSet } from "./number_set.ts";
import type { SessionLimits } from "../session_limits.ts";

/** Payload of streams that an application has: the one over there, and the one here. */
export interface CarriedBytes {
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** The streams of a session, which numbers were ever used, and the memory that they share. */
export class StreamTable {
  readonly memory: MemoryBudget;
  readonly #limits: SessionLimits;
  readonly #records = new Map<number, StreamRecord>();
  readonly #seen = new NumberSet();
  /** Of the streams that are gone. */
  #ended: CarriedBytes = { sentBytes: 0, receivedBytes: 0 };

  constructor(limits: SessionLimits, processBudget: MemoryBudget) {
    this.#limits = limits;
    this.memory = new MemoryBudget(() => limits.sessionBytes, processBudget);
  }

  get records(): ReadonlyMap<number, StreamRecord> {
    return this.#records;
  }
  get size(): number {
    return this.#records.size;
  }

  /** Whether there is room for another stream beside `waiting` ones that have yet to come. */
  hasRoom(waiting = 0): boolean {
    return this.#records.size + waiting < this.#limits.streams;
  }

  get(id: number): StreamRecord | undefined {
    return this.#records.get(id);
  }

  /** A copy: streams may end while it is walked through. */
  all(): readonly StreamRecord[] {
    return [...this.#records.values()];
  }

  /** Whether a stream of this number was ever here, or was turned down. */
  wasSeen(id: number): boolean {
    return this.#seen.has(id);
  }

  /** A stream of this number must not be opened any more. */
  markSeen(id: number): void {
    this.#seen.add(id);
  }

  add(id: number, opening: StreamOpening, now: number): StreamRecord {
    const stream = createStreamRecord(id, opening, {
      ringCapBytes: this.#limits.ringBytes,
      budget: this.memory,
    }, now);
    this.#records.set(id, stream);
    this.#seen.add(id);
    return stream;
  }

  /** What all streams have carried, also those that are gone. */
  get traffic(): CarriedBytes {
    return this.all().reduce(withStream, this.#ended);
  }

  /** Forgets the stream and gives its memory back. */
  remove(stream: StreamRecord): void {
    if (this.#records.has(stream.id)) this.#ended = withStream(this.#ended, stream);
    this.#records.delete(stream.id);
    stream.ring.dispose();
  }
}

function withStream(
  { sentBytes, receivedBytes }: CarriedBytes,
  { ring, cursor }: StreamRecord,
): CarriedBytes {
  return {
    sentBytes: sentBytes + ring.acked,
    receivedBytes: receivedBytes + cursor.delivered,
  };
}
