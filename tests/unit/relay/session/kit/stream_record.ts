import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import {
  createStreamRecord,
  type StreamRecord,
} from "../../../../../lib/core/stream/stream_record.ts";
import { openingOf } from "../../../../opening.ts";

/** A stream to "ssh" that has no link yet. */
export function streamRecord(id: number): StreamRecord {
  return createStreamRecord(id, openingOf("ssh"), {
    ringCapBytes: 1_024,
    budget: new MemoryBudget(1_024),
  }, 0);
}
