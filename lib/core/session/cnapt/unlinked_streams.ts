/** Streams that applications have opened and that have never had a link. */
import type { CnaptDeadline } from "../deadline_name.ts";
import type { Deadlines } from "../deadlines.ts";
import type { CommonOutbox } from "../outbox.ts";
import type { StreamEnds } from "../streams/stream_ends.ts";
import type { StreamTable } from "../streams/stream_table.ts";

/** How often they are looked for. */
const CHECK_MS = 1_000;
/**
 * While the network is well, a link that has not come for so long will not. It is as long as the
 * system itself tries to connect: a limit of new connections lets nobody in for half a minute and
 * more.
 */
const LINK_WITHIN_MS = 120_000;

export interface UnlinkedParts {
  readonly table: StreamTable;
  readonly outbox: CommonOutbox;
  readonly ends: StreamEnds;
  readonly deadlines: Pick<Deadlines<CnaptDeadline>, "setIfUnset">;
}

/** A stream was opened: looks after it until it has a link. */
export function watchUnlinked({ deadlines }: UnlinkedParts, now: number): void {
  deadlines.setIfUnset("unlinked", now + CHECK_MS);
}

/**
 * Ends those that get no link while there is a control link: something keeps it from them, and an
 * application that waits for ever is worse off than one that hears of it.
 */
export function endUnlinked(parts: UnlinkedParts, now: number): void {
  const { table, outbox, ends } = parts;
  let inVain = 0;
  for (const stream of table.all()) {
    if (stream.confirmation !== "unannounced") continue;
    const isAskedFor = stream.link.kind === "requested" && outbox.control !== null;
    if (!isAskedFor || now - stream.link.since < LINK_WITHIN_MS) {
      watchUnlinked(parts, now);
      continue;
    }
    inVain += 1;
    ends.fail(stream, "connectTimedOut", now);
  }
  if (inVain === 0) return;
  const detail = `${inVain} connections got no link within ${LINK_WITHIN_MS / 1_000} s`;
  outbox.emit({ kind: "note", level: "warn", event: "no-link-in-time", detail });
}
