import type { SwitchReceipt } from "./switch_receipt.ts";
import type { SwitchShape } from "../wire/message.ts";

/**
 * What kept a site from switching: `unreached` when SNAPT is not reached, over the network that was
 * asked for or at all; `refused` when SNAPT does not let this CNAPT in; `impossible` when nothing
 * was tried.
 */
export type SwitchFailure = "unreached" | "refused" | "impossible";

/** What became of one site in a planned switch of several. */
export interface SiteOutcome {
  readonly site: string;
  /** `late`: the others did not wait for it; what becomes of it later is in its own receipt. */
  readonly outcome: "switched" | "failed" | "late";
  /** Why it has not switched; empty when it has. */
  readonly reason: string;
  /** Null when it has. */
  readonly failure: SwitchFailure | null;
  /** Null when the site has none (yet). */
  readonly receipt: SwitchReceipt | null;
}

/** A planned switch as a whole, beside the receipts of its sites. */
export interface SwitchSummary {
  readonly outcome: "switched" | "partly" | "failed";
  readonly kind: SwitchShape;
  readonly to: string;
  /** From the request to the end of the last site that was waited for. */
  readonly totalMs: number;
  /** Longest stall of any stream of any site. */
  readonly stallMs: number;
  readonly streams: number;
  readonly replayedBytes: number;
  readonly sites: readonly Omit<SiteOutcome, "receipt" | "failure">[];
}

/** Adds the sites of a switch up. `totalMs` is the caller's measure. */
export function summarizeSwitch(
  asked: { readonly to: string; readonly kind: SwitchShape },
  sites: readonly SiteOutcome[],
  totalMs: number,
): SwitchSummary {
  const receipts = sites.flatMap(({ receipt }) => receipt ?? []);
  const switched = sites.filter(({ outcome }) => outcome === "switched").length;
  const sum = (of: (receipt: SwitchReceipt) => number) =>
    receipts.reduce((total, receipt) => total + of(receipt), 0);
  return {
    outcome: switched === 0 ? "failed" : switched === sites.length ? "switched" : "partly",
    ...asked,
    totalMs: Math.round(totalMs * 10) / 10,
    stallMs: Math.max(0, ...receipts.map(({ stallMs }) => stallMs)),
    streams: sum(({ streams }) => streams),
    replayedBytes: sum(({ replayedBytes }) => replayedBytes),
    sites: sites.map(({ site, outcome, reason }) => ({ site, outcome, reason })),
  };
}
