import type { SessionMove } from "../../core/decision/session_move.ts";
import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Clock } from "../run/clock.ts";

/** How many are kept for the status. */
const KEPT_RECEIPTS = 50;
/** More moves than happen between two decisions. */
const KEPT_MOVES = 16;

/** A receipt, and when its switch ended: ISO 8601, UTC. */
export type EndedSwitch = SwitchReceipt & { readonly endedAt: string };

/** The receipts of a site's last switches, oldest first. */
export class SwitchReceipts {
  readonly #kept: EndedSwitch[] = [];
  readonly #clock: Clock;
  readonly #moves: SessionMove[] = [];
  #count = 0;
  #moved = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many there ever were. */
  get count(): number {
    return this.#count;
  }
  /** Those among the last ones that led from one network to another. */
  get moves(): readonly SessionMove[] {
    return this.#moves;
  }
  get kept(): readonly EndedSwitch[] {
    return this.#kept;
  }
  get last(): EndedSwitch | null {
    return this.#kept.at(-1) ?? null;
  }

  /** What is kept of it. */
  add(receipt: SwitchReceipt): EndedSwitch {
    const ended = { ...receipt, endedAt: this.#clock.date().toISOString() };
    this.#kept.push(ended);
    this.#count += 1;
    if (this.#kept.length > KEPT_RECEIPTS) this.#kept.shift();
    const { outcome, from, to, kind } = receipt;
    if (outcome === "switched" && from !== to) this.#noteMove(from, to, kind);
    return ended;
  }

  #noteMove(from: ProviderKey, to: ProviderKey, kind: SwitchReceipt["kind"]): void {
    this.#moved += 1;
    const manner = kind === "sudden" ? "sudden" : "planned";
    this.#moves.push({ serial: this.#moved, from, to, manner, at: this.#clock.now() });
    if (this.#moves.length > KEPT_MOVES) this.#moves.shift();
  }
}
