/** What a switch does to all streams of a session at once. */
import { currentLink } from "../../stream/stream_record.ts";
import type { CommonOutbox } from "../outbox.ts";
import { inParts } from "./position_parts.ts";
import type { StreamTable } from "./stream_table.ts";

/** How long a planned switch waits for a stream to be drained before it is replayed instead. */
export const DRAIN_MS = 1_000;

/** Takes all links away; what went over them is sent again where the peer does not have it. */
export function detachAll(table: StreamTable, outbox: CommonOutbox, now: number): void {
  for (const stream of table.records.values()) {
    if (stream.link.kind !== "unbound") stream.link = { kind: "unbound", since: now };
    stream.cut = null;
    stream.progress.unlinked();
    outbox.emit({ kind: "detach", stream: stream.id });
  }
}

/** Tells the peer at which position each stream leaves its link (strict switch). */
export function sendLastPositions(table: StreamTable, outbox: CommonOutbox, epoch: number): void {
  const entries = table.all().filter((stream) => currentLink(stream) !== null)
    .map((stream) => ({ stream: stream.id, position: stream.ring.sent }));
  for (const part of inParts(entries)) {
    outbox.sendControl({ kind: "lastMessageBeforeRedirection", epoch, entries: part });
  }
}

export function closeAllOldLinks(table: StreamTable, outbox: CommonOutbox): void {
  for (const { id } of table.records.values()) outbox.emit({ kind: "closeOldLinks", stream: id });
}
