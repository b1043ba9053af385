/** How much the clocks of a router and of this machine may differ at every look, in seconds. */
const SLACK_S = 2;
/** And by which part of the time that has passed. */
const DRIFT = 16;

/**
 * The clock of a router (RFC 6887, section 8.5; RFC 6886, section 3.6, has the same in mind): it
 * counts the seconds since the router has lost its mappings. One that goes back, or goes otherwise
 * than ours, has lost them.
 */
export class GatewayEpoch {
  #last: { readonly epochS: number; readonly atMs: number } | null = null;

  /** Takes in what an answer says at `nowMs`: whether the router still has what it had. */
  take(epochS: number, nowMs: number): "kept" | "lost" {
    const last = this.#last;
    this.#last = { epochS, atMs: nowMs };
    if (last === null) return "kept";
    if (epochS + 1 < last.epochS) return "lost";
    const ours = (nowMs - last.atMs) / 1_000;
    const theirs = epochS - last.epochS;
    const isSlow = theirs + SLACK_S < ours - ours / DRIFT;
    const isFast = ours + SLACK_S < theirs - theirs / DRIFT;
    return isSlow || isFast ? "lost" : "kept";
  }
}
