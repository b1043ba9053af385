import type { CommonEffect } from "../../../../lib/core/session/common_effect.ts";
import type { SessionDeadline } from "../../../../lib/core/session/deadline_name.ts";
import { Deadlines } from "../../../../lib/core/session/deadlines.ts";
import { Outbox } from "../../../../lib/core/session/outbox.ts";
import { Acknowledgements } from "../../../../lib/core/session/streams/acknowledgements.ts";
import { LinkWatch } from "../../../../lib/core/session/streams/link_watch.ts";
import { StreamEnds } from "../../../../lib/core/session/streams/stream_ends.ts";
import type { StreamHooks } from "../../../../lib/core/session/streams/stream_hooks.ts";
import { StreamTable } from "../../../../lib/core/session/streams/stream_table.ts";
import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import type { StreamRecord } from "../../../../lib/core/stream/stream_record.ts";
import { openingOf } from "../../../opening.ts";
import { newRecord } from "./session_settings.ts";

export const CONTROL = 1;
/** What an acknowledgement may take. */
export const USUAL_MS = 500;

/** The parts that both roles share, with a control link, and what they told the role. */
export interface SharedParts {
  readonly outbox: Outbox<CommonEffect>;
  readonly deadlines: Deadlines<SessionDeadline>;
  readonly table: StreamTable;
  readonly acks: Acknowledgements;
  readonly ends: StreamEnds;
  readonly watch: LinkWatch;
  readonly hooks: StreamHooks;
  readonly told: {
    readonly gone: number[];
    readonly lost: number[];
    readonly answeredMs: number[];
    /** Whether no switch is under way. */
    settled: boolean;
  };
}

export function sharedParts(): SharedParts {
  const told: SharedParts["told"] = { gone: [], lost: [], answeredMs: [], settled: true };
  const hooks: StreamHooks = {
    gone: ({ id }) => told.gone.push(id),
    loseLink: ({ id }) => told.lost.push(id),
  };
  const deadlines = new Deadlines<SessionDeadline>();
  const outbox = new Outbox<CommonEffect>(newRecord());
  const limits = { ringBytes: 64 * 1024, sessionBytes: 1024 * 1024, streams: 2 };
  const table = new StreamTable(limits, new MemoryBudget(1e6));
  const acks = new Acknowledgements(outbox, table, deadlines);
  const ends = new StreamEnds(outbox, table, acks, hooks);
  const watch = new LinkWatch({
    ...{ table, outbox, deadlines },
    usualMs: () => USUAL_MS,
    isSettled: () => told.settled,
    stuck: ({ id }) => told.lost.push(id),
    answered: (ms) => told.answeredMs.push(ms),
  });
  outbox.adopt(CONTROL);
  outbox.resumeRecord(0);
  outbox.flush();
  return { outbox, deadlines, table, acks, ends, watch, hooks, told };
}

/** A stream that the peer knows and that has sent `bytes`. */
export function sending({ table }: Pick<SharedParts, "table">, bytes: number): StreamRecord {
  const stream = table.add(table.size + 1, openingOf("ssh"), 0);
  stream.confirmation = "confirmed";
  stream.ring.writable(bytes);
  stream.ring.commit(bytes);
  stream.ring.claim(bytes);
  return stream;
}

/** As if `bytes` more had come and been accepted by the application. */
export function take({ cursor }: StreamRecord, bytes: number): void {
  cursor.beginLink(cursor.taken);
  cursor.take(bytes);
}
