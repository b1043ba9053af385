import type { StreamRecord } from "../../stream/stream_record.ts";
import type { StreamPosition } from "../../wire/message.ts";
import type { SharedDeadlines } from "../deadline_name.ts";
import type { CommonOutbox } from "../outbox.ts";
import { inParts } from "./position_parts.ts";
import type { StreamTable } from "./stream_table.ts";

/** Acknowledgements wait that long for company. */
export const ACK_DELAY_MS = 20;
/**
 * So many unacknowledged bytes are acknowledged at once: a sixteenth of the stream so far, within
 * these bounds. A young stream's ring thus stays small, an old one's link is not chattered over.
 */
export const MIN_ACK_BYTES = 64 * 1024;
export const MAX_ACK_BYTES = 1024 * 1024;

/** What the peer has yet to be told of: positions that were delivered, messages of its record. */
export class Acknowledgements {
  readonly #outbox: CommonOutbox;
  readonly #table: StreamTable;
  readonly #deadlines: SharedDeadlines;
  readonly #owed = new Set<StreamRecord>();
  #ofRecord: "none" | "owed" = "none";

  constructor(outbox: CommonOutbox, table: StreamTable, deadlines: SharedDeadlines) {
    this.#outbox = outbox;
    this.#table = table;
    this.#deadlines = deadlines;
  }

  /** `bytes` more were accepted by the application; tells whether the peer is told at once. */
  delivered(stream: StreamRecord, bytes: number, now: number): "sent" | "later" {
    stream.cursor.deliver(bytes);
    this.#owed.add(stream);
    const { delivered, acknowledged, isComplete } = stream.cursor;
    const enough = Math.min(Math.max(delivered / 16, MIN_ACK_BYTES), MAX_ACK_BYTES);
    if ((delivered - acknowledged >= enough || isComplete) && this.#outbox.control !== null) {
      this.#send();
      return "sent";
    }
    this.#deadlines.setIfUnset("acks", now + ACK_DELAY_MS);
    return "later";
  }

  /** Bytes came on its link, and the application may take its time with them. */
  taken(stream: StreamRecord, now: number): void {
    this.#owed.add(stream);
    this.#deadlines.setIfUnset("acks", now + ACK_DELAY_MS);
  }

  /** A message of the peer's record was taken. */
  oweRecord(now: number): void {
    this.#ofRecord = "owed";
    this.#deadlines.setIfUnset("acks", now + ACK_DELAY_MS);
  }

  /** Tells all positions, for a new path on which nothing was said yet. */
  sendAll(): void {
    for (const stream of this.#table.records.values()) this.#owed.add(stream);
    this.#send();
  }

  /** The time for company is over. */
  due(): void {
    if (this.#outbox.control !== null) this.#send();
  }

  /** Tells the last position of a stream before its end, unless the peer knows it. */
  sendBeforeEnd(stream: StreamRecord): void {
    if (this.#owed.has(stream) && this.#outbox.control !== null) this.#send();
  }

  forget(stream: StreamRecord): void {
    this.#owed.delete(stream);
  }

  #send(): void {
    this.#deadlines.clear("acks");
    const entries: StreamPosition[] = [];
    const held: StreamPosition[] = [];
    for (const { id, cursor } of this.#owed) {
      if (this.#table.get(id) === undefined) continue;
      cursor.acknowledged = cursor.delivered;
      entries.push({ stream: id, position: cursor.delivered });
      if (cursor.taken > cursor.delivered) held.push({ stream: id, position: cursor.taken });
    }
    this.#owed.clear();
    if (entries.length === 0 && this.#ofRecord === "none") return;
    this.#ofRecord = "none";
    const recordReceived = this.#outbox.record.received;
    for (const part of inParts(entries)) {
      this.#outbox.sendControl({ kind: "positions", recordReceived, entries: part });
    }
    if (held.length === 0) return;
    for (const part of inParts(held)) this.#outbox.sendControl({ kind: "held", entries: part });
  }
}
