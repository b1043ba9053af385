import { SwitchReceiptDraft } from "../../core/session/switch_receipt.ts";
import { monotonicMs } from "../../net/clock.ts";
import type { CnaptSite } from "./cnapt_site.ts";
import { sitePhaseOf } from "./site_snapshot.ts";
import { SwitchImpossible } from "./switch_impossible.ts";
import type { DecisionSubject } from "../decision/decision_task.ts";

/** A site as the decision task sees it and moves it. */
export function decidedSite(site: CnaptSite): DecisionSubject {
  return {
    name: site.name,
    standby: site.standby,
    connector: site.connector,
    view: () => site.view(),
    seeking: () => {
      const { state, provider } = site;
      const phase = sitePhaseOf(state);
      if (phase !== "searching" && phase !== "dialing") return null;
      const [first = null] = site.driver?.supply.failures ?? [];
      return { from: phase === "searching" ? provider : "", failure: first?.reason ?? null };
    },
    couldNotConnect: ({ from, to }, reason) => {
      const now = monotonicMs();
      const draft = new SwitchReceiptDraft("sudden", from, to, reason, now);
      site.noteSwitch(draft.finish("failed", site.driver?.session.epoch ?? 0, 0, now));
    },
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
