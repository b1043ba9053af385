import type { SendRing } from "./send_ring.ts";

/** How often streams are looked through for links that lead nowhere. */
export const PROGRESS_CHECK_MS = 5_000;
/** So many looks in a row without progress condemn a link; twice as many each time after. */
const FIRST_PATIENCE_LOOKS = 2;
const MAX_PATIENCE_LOOKS = 64;

/**
 * Finds out that the link of one stream leads nowhere although the path is well: a NAT on the way
 * has forgotten it, or a firewall dislikes it. The heartbeats on the control link cannot tell.
 *
 * An application that takes nothing looks the same from here. Another link does it no harm, and
 * patience doubles, so that it costs little; progress makes it small again.
 */
export class LinkProgress {
  #acked = 0;
  #looks = 0;
  #patience = FIRST_PATIENCE_LOOKS;

  /** To be called every `PROGRESS_CHECK_MS`; true when the link should be replaced now. */
  look(ring: SendRing): "fine" | "stuck" {
    if (ring.acked !== this.#acked) this.#patience = FIRST_PATIENCE_LOOKS;
    const isWaiting = ring.sent > ring.acked && ring.acked === this.#acked;
    this.#acked = ring.acked;
    this.#looks = isWaiting ? this.#looks + 1 : 0;
    if (this.#looks < this.#patience) return "fine";
    this.#looks = 0;
    this.#patience = Math.min(this.#patience * 2, MAX_PATIENCE_LOOKS);
    return "stuck";
  }
}
