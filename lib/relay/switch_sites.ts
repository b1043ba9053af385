import type { SwitchReceipt } from "../core/session/switch_receipt.ts";
import type { SwitchShape } from "../core/wire/message.ts";
import { type CnaptSite, SwitchImpossible } from "./cnapt_site.ts";

export interface SwitchRequest {
  readonly to: string;
  readonly mode: SwitchShape;
  /** One site by name; all when absent. */
  readonly site?: string | undefined;
}

export interface SwitchOutcome {
  readonly outcome: "switched" | "failed";
  /** Why it failed, in words. */
  readonly error?: string;
  readonly receipts: readonly (SwitchReceipt & { readonly site: string })[];
}

/** A switch that was asked for is given up when it has not ended after so long. */
const SWITCH_LIMIT_MS = 60_000;

/**
 * Switches the sites that were asked for, all at the same time: a site that is dead does not
 * hold up the others.
 */
export async function switchSites(
  sites: readonly CnaptSite[],
  request: SwitchRequest,
  stopping: AbortSignal,
): Promise<SwitchOutcome> {
  const wanted = sites.filter((site) => request.site === undefined || site.name === request.site);
  if (wanted.length === 0) {
    const names = sites.map((site) => site.name).join(", ");
    return {
      outcome: "failed",
      error: `Cannot switch ${request.site}: there is no such site (there is: ${names})`,
      receipts: [],
    };
  }
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(SWITCH_LIMIT_MS)]);
  const receipts: (SwitchReceipt & { site: string })[] = [];
  const errors: string[] = [];
  await Promise.all(wanted.map(async (site) => {
    try {
      const receipt = await site.switchTo(request.to, request.mode, "asked for", signal);
      receipts.push({ ...receipt, site: site.name });
      if (receipt.outcome !== "switched" || receipt.to !== request.to) {
        errors.push(`${site.name} is on ${site.provider}: ${receipt.reason}`);
      }
    } catch (error) {
      if (error instanceof SwitchImpossible) errors.push(error.message);
      else if (signal.aborted) errors.push(`Cannot switch ${site.name}: it took too long`);
      else throw error;
    }
  }));
  return errors.length === 0
    ? { outcome: "switched", receipts }
    : { outcome: "failed", error: errors.join("; "), receipts };
}
