import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import type { Clock } from "../run/clock.ts";

/** How many are kept for the status. */
const KEPT_RECEIPTS = 50;

export type EndedSwitch = SwitchReceipt & { readonly endedAt: string };

/** The receipts of a site's last switches, oldest first. */
export class SwitchReceipts {
  readonly #kept: EndedSwitch[] = [];
  readonly #clock: Clock;
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many there ever were. */
  get count(): number {
    return this.#count;
  }
  get kept(): readonly EndedSwitch[] {
    return this.#kept;
  }
  get last(): EndedSwitch | null {
    return this.#kept.at(-1) ?? null;
  }

  add(receipt: SwitchReceipt): void {
    this.#kept.push({ ...receipt, endedAt: this.#clock.date().toISOString() });
    this.#count += 1;
    if (this.#kept.length > KEPT_RECEIPTS) this.#kept.shift();
  }
}
