import { monthOf, type Quota, quotaOf } from "../../core/relay/month_meter.ts";
import type { RelayMessage } from "../../core/relay/relay_messages.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { SnaptRecord } from "./snapt_record.ts";

/** So often SNAPT hears how much it has used. */
const TELL_MS = 60_000;

export interface QuotaWatchContext {
  readonly record: SnaptRecord;
  /** Bytes that may be carried for it in a month, both ways together; null: as many as there are. */
  readonly limit: () => number | null;
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  /** Nothing more is to be carried, or something is again. */
  readonly changed: (quota: "spent" | "renewed") => void;
  /** To SNAPT, if it is there. */
  readonly tell: (message: RelayMessage) => void;
}

/** Holds what a relay carries for a SNAPT against the limit of its month. */
export class QuotaWatch {
  readonly #context: QuotaWatchContext;
  #quota: Quota = "free";
  #toldAt = -Infinity;
  #told = { usedBytes: 0, limitBytes: 0 };

  constructor(context: QuotaWatchContext) {
    this.#context = context;
  }

  /** Whether nothing more is to be carried. */
  get isSpent(): boolean {
    return this.#quota === "spent";
  }

  /** What was known before: nothing is said of it. */
  begin(): void {
    const { record, limit, tasks, changed } = this.#context;
    record.month.roll(monthOf(tasks.date()));
    this.#quota = quotaOf(record.month.usedBytes, limit());
    if (this.#quota === "spent") changed("spent");
  }

  /** To be called each second. */
  look(): void {
    const { record, limit, tasks, changed } = this.#context;
    record.month.roll(monthOf(tasks.date()));
    const limitBytes = limit();
    const before = this.#quota;
    const now = this.#quota = quotaOf(record.month.usedBytes, limitBytes);
    if (now !== before) {
      this.#log(now, limitBytes);
      if (now === "spent") changed("spent");
      else if (before === "spent") changed("renewed");
    }
    const isOther = now !== before || (limitBytes ?? 0) !== this.#told.limitBytes;
    const isOld = tasks.now() - this.#toldAt >= TELL_MS &&
      record.month.usedBytes !== this.#told.usedBytes && limitBytes !== null;
    if (isOther || isOld) this.tell();
  }

  /** Tells SNAPT, which may just have come; of no limit nothing is said until there was one. */
  tell(): void {
    const { record, limit, tasks, tell } = this.#context;
    const limitBytes = limit() ?? 0;
    if (limitBytes === 0 && this.#told.limitBytes === 0) return;
    const { usedBytes } = record.month;
    this.#told = { usedBytes, limitBytes };
    this.#toldAt = tasks.now();
    tell({ kind: "quota", usedBytes, limitBytes });
  }

  #log(quota: Quota, limitBytes: number | null): void {
    const { record, log } = this.#context;
    const about = { snapt: record.name, quota, used_bytes: record.month.usedBytes };
    const fields = limitBytes === null ? about : { ...about, limit_bytes: limitBytes };
    if (quota === "free") log.info("snapt-quota", fields);
    else log.warn("snapt-quota", fields);
  }
}
