import type { LinkId } from "../../stream/link_id.ts";
import type { Bind } from "../../wire/message.ts";

/** How many are kept; no honest CNAPT comes near. */
export const MAX_EARLY_BINDS = 4_096;

export interface EarlyBind {
  readonly link: LinkId;
  readonly bind: Bind;
}

/** BIND frames of an epoch that the session has not reached yet: they overtook its switch message. */
export class EarlyBinds {
  #kept: EarlyBind[] = [];

  /** False when there are too many. */
  keep(early: EarlyBind): boolean {
    if (this.#kept.length >= MAX_EARLY_BINDS) return false;
    this.#kept.push(early);
    return true;
  }

  /** Lets go of all, in the order in which they came. */
  takeAll(): readonly EarlyBind[] {
    const kept = this.#kept;
    this.#kept = [];
    return kept;
  }
}
