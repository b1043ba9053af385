import type { CnaptEvent } from "../../../../../lib/core/handshake/cnapt_event.ts";
import type { CnaptState } from "../../../../../lib/core/handshake/cnapt_transitions.ts";
import {
  type CnaptParts,
  makeCnaptParts,
} from "../../../../../lib/core/session/cnapt/cnapt_parts.ts";
import type { CnaptSessionSettings } from "../../../../../lib/core/session/cnapt_session_settings.ts";
import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import type { StreamRecord } from "../../../../../lib/core/stream/stream_record.ts";
import { openingOf } from "../../../../opening.ts";
import { CNAPT_SETTINGS } from "../session_settings.ts";

export const CONTROL = 1;

/** The parts of a session of CNAPT that is in `state`, and the events that they took themselves. */
export function cnaptParts(
  state: CnaptState,
  settings: CnaptSessionSettings = CNAPT_SETTINGS,
): { readonly parts: CnaptParts; readonly taken: CnaptEvent[] } {
  const taken: CnaptEvent[] = [];
  const parts = makeCnaptParts({
    settings,
    provider: "eth",
    processBudget: new MemoryBudget(1e6),
    take: (event) => taken.push(event),
  }, 0);
  parts.place.state = state;
  parts.outbox.adopt(CONTROL);
  parts.outbox.resumeRecord(0);
  parts.outbox.flush();
  return { parts, taken };
}

/** A stream that is bound to `link` and has sent `bytes`. */
export function boundStream({ table }: CnaptParts, link: number, bytes: number): StreamRecord {
  const stream = table.add(link, openingOf("ssh"), 0);
  stream.confirmation = "confirmed";
  stream.binding = 1;
  stream.link = { kind: "bound", since: 0, link, epoch: 0 };
  for (let left = bytes; left > 0;) {
    const region = stream.ring.writable(left);
    stream.ring.commit(region.length);
    stream.ring.claim(region.length);
    left -= region.length;
  }
  return stream;
}
