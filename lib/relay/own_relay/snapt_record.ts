import { type CarriedTo, MonthMeter, type MonthUse } from "../../core/relay/month_meter.ts";
import type { TurnAwayReason } from "../../core/relay/parking.ts";

/**
 * What a relay knows of a SNAPT since it was started: it outlives what is kept of one that is there.
 */
export class SnaptRecord {
  readonly name: string;
  /** How many callers were joined to it. */
  connections = 0;
  readonly carriedBytes: Record<CarriedTo, number> = { snapt: 0, caller: 0 };
  /** What was carried in this month, before the relay was started too. */
  readonly month: MonthMeter;
  readonly refused: Record<TurnAwayReason, number> = { full: 0, absent: 0, spent: 0 };
  #from: string | null = null;
  #since: Date | null = null;

  /** `kept`: what was carried in a month before. */
  constructor(name: string, kept: MonthUse | null = null) {
    this.name = name;
    this.month = new MonthMeter(kept);
  }

  /** Where its control connection comes from; null: it has none. */
  get from(): string | null {
    return this.#from;
  }

  /** Since when that is so; null: it was never there. */
  get since(): Date | null {
    return this.#since;
  }

  attached(from: string, at: Date): void {
    this.#from = from;
    this.#since = at;
  }

  detached(at: Date): void {
    this.#from = null;
    this.#since = at;
  }

  carried(bytes: number, to: CarriedTo): void {
    this.carriedBytes[to] += bytes;
    this.month.add(bytes, to);
  }
}
