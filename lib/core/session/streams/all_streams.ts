/** What a switch does to all streams of a session at once. */
import { PROGRESS_CHECK_MS } from "../../stream/link_progress.ts";
import { currentLink } from "../../stream/stream_record.ts";
import type { SharedDeadlines } from "../deadline_name.ts";
import type { CommonOutbox } from "../outbox.ts";
import { inParts } from "./position_parts.ts";
import type { StreamHooks } from "./stream_hooks.ts";
import type { StreamTable } from "./stream_table.ts";

/** How long a planned switch waits for a stream to be drained before it is replayed instead. */
export const DRAIN_MS = 1_000;

/** Takes all links away; what went over them is sent again where the peer does not have it. */
export function detachAll(table: StreamTable, outbox: CommonOutbox, now: number): void {
  for (const stream of table.records.values()) {
    if (stream.link.kind !== "unbound") stream.link = { kind: "unbound", since: now };
    stream.cut = null;
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

/** Replaces the links of streams whose peer has long acknowledged nothing. */
export function replaceStuckLinks(
  { table, outbox, deadlines, hooks }: {
    readonly table: StreamTable;
    readonly outbox: CommonOutbox;
    readonly deadlines: SharedDeadlines;
    readonly hooks: Pick<StreamHooks, "loseLink">;
  },
  now: number,
): void {
  if (table.size > 0) deadlines.set("progress", now + PROGRESS_CHECK_MS);
  for (const stream of table.records.values()) {
    if (stream.link.kind !== "bound" || outbox.control === null) continue;
    if (stream.progress.look(stream.ring) === "fine") continue;
    const detail = `stream ${stream.id} gets another link: nothing was acknowledged for a while`;
    outbox.emit({ kind: "note", level: "info", event: "link-stuck", detail });
    hooks.loseLink(stream, now);
  }
}
