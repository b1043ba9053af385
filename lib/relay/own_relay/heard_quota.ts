import { type Quota, quotaOf } from "../../core/relay/month_meter.ts";

/** What a relay has carried in this month for this SNAPT, both ways together, and may. */
export interface RelayQuota {
  readonly state: Quota;
  readonly usedBytes: number;
  readonly limitBytes: number;
}

/** What a relay has said of its limit; `limitBytes` 0, and null: it has none. */
export function heardQuota(usedBytes: number, limitBytes: number): RelayQuota | null {
  if (limitBytes === 0) return null;
  return { state: quotaOf(usedBytes, limitBytes), usedBytes, limitBytes };
}
