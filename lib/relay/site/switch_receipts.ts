import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";

/** How many are kept for the status. */
const KEPT_RECEIPTS = 50;

export type EndedSwitch = SwitchReceipt & { readonly endedAt: string };

/** The receipts of a site's last switches, oldest first. */
export class SwitchReceipts {
  readonly #kept: EndedSwitch[] = [];
  #count = 0;

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
    this.#kept.push({ ...receipt, endedAt: new Date().toISOString() });
    this.#count += 1;
    if (this.#kept.length > KEPT_RECEIPTS) this.#kept.shift();
  }
}
