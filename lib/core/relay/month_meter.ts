/** What a relay carries for one SNAPT in a calendar month, and what it may carry. */

/** In which direction something was carried. */
export type CarriedTo = "snapt" | "caller";

/** Bytes of one month. */
export interface MonthUse {
  /** `2026-11`, UTC. */
  readonly month: string;
  readonly toSnaptBytes: number;
  readonly fromSnaptBytes: number;
}

/** `near`: most of it is used up. `spent`: nothing more is carried. */
export type Quota = "free" | "near" | "spent";

/** From this share on it is said that the limit comes near. */
const NEAR_SHARE = 0.8;

/** The month of a time, UTC. */
export function monthOf(time: Date): string {
  return time.toISOString().slice(0, 7);
}

/** How what was used stands to what may be; null: there is no limit. */
export function quotaOf(usedBytes: number, limitBytes: number | null): Quota {
  if (limitBytes === null) return "free";
  if (usedBytes >= limitBytes) return "spent";
  return usedBytes >= limitBytes * NEAR_SHARE ? "near" : "free";
}

/** Before it there was no relay: a clock that says so was never set. */
const EARLIEST = "2026-01";

/** Whether `kept` can only have been counted while the clock was wrong. */
function isFarAhead(kept: string, month: string): boolean {
  const monthsOf = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
  return month >= EARLIEST && monthsOf(kept) - monthsOf(month) > 1;
}

/** Counts what is carried, month by month. */
export class MonthMeter {
  #month: string;
  readonly #bytes: Record<CarriedTo, number>;

  /** `kept`: what was counted before; null: nothing was. */
  constructor(kept: MonthUse | null) {
    this.#month = kept?.month ?? "";
    this.#bytes = { snapt: kept?.toSnaptBytes ?? 0, caller: kept?.fromSnaptBytes ?? 0 };
  }

  get use(): MonthUse {
    const { snapt, caller } = this.#bytes;
    return { month: this.#month, toSnaptBytes: snapt, fromSnaptBytes: caller };
  }

  /** Both ways together. */
  get usedBytes(): number {
    return this.#bytes.snapt + this.#bytes.caller;
  }

  add(bytes: number, to: CarriedTo): void {
    this.#bytes[to] += bytes;
  }

  /**
   * It is `month` now. A clock that was set back gives nobody a month again; one that was far ahead
   * by mistake takes none away, and what was used then counts for this month.
   */
  roll(month: string): void {
    if (month <= this.#month) {
      if (isFarAhead(this.#month, month)) this.#month = month;
      return;
    }
    if (this.#month !== "") this.#bytes.snapt = this.#bytes.caller = 0;
    this.#month = month;
  }
}
