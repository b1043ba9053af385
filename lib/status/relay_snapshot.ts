import type { MonthUse, Quota } from "../core/relay/month_meter.ts";
import type { TurnAwayReason } from "../core/relay/parking.ts";
import type { DescriptorSnapshot } from "../net/descriptor_budget.ts";
import type { RelayCounters } from "../relay/own_relay/relay_counters.ts";
import type { ServedCounts } from "../relay/own_relay/served_snapt.ts";

/** A SNAPT that a relay has invited, at one moment. What is counted is since the relay was started. */
export interface RelayedSnaptSnapshot extends ServedCounts {
  readonly name: string;
  readonly state: "attached" | "absent";
  /** Since when it is so, ISO 8601, UTC; null: it was never there. */
  readonly since: string | null;
  /** Where its control connection comes from; null: it is not there. */
  readonly from: string | null;
  /** How many callers were joined to it. */
  readonly connections: number;
  readonly toSnaptBytes: number;
  readonly fromSnaptBytes: number;
  readonly refused: Readonly<Record<TurnAwayReason, number>>;
  /** Of this month (UTC), counted on over restarts of the relay. */
  readonly month: MonthUse & {
    /** Both ways together; null: there is none. */
    readonly limitBytes: number | null;
    readonly quota: Quota;
  };
}

/** What a running relay is like at one moment. */
export interface RelaySnapshot {
  /** Which relay it is: SHA-256 of its certificate, in hex. */
  readonly id: string;
  readonly name: string;
  readonly startedAt: Date;
  readonly listen: readonly string[];
  readonly snapts: readonly RelayedSnaptSnapshot[];
  readonly counters: Readonly<RelayCounters>;
  readonly descriptors: DescriptorSnapshot;
}
