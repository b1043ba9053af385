import { type CnaptSite, SwitchImpossible } from "./cnapt_site.ts";
import type { DecisionSubject } from "./decision_task.ts";

/** A site as the decision task sees it and moves it. */
export function decidedSite(site: CnaptSite): DecisionSubject {
  return {
    name: site.name,
    standby: site.standby,
    view: () => site.view(),
    move: async (to, reason, signal) => {
      try {
        const receipt = await site.switchTo(to, "overlapped", reason, signal);
        return receipt.outcome === "switched" && receipt.to === to ? null : receipt.reason;
      } catch (error) {
        if (error instanceof SwitchImpossible) return error.message;
        if (signal.aborted) return `Cannot switch to ${to}: it took too long`;
        throw error;
      }
    },
  };
}
