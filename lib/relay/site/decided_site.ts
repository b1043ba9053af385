import type { DecisionSubject } from "../decision/decision_subject.ts";
import type { CnaptSite } from "./cnapt_site.ts";
import { sitePhaseOf } from "./site_snapshot.ts";
import { SwitchImpossible } from "./switch_impossible.ts";

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
      const [first = null] = site.failures;
      return { from: phase === "searching" ? provider : "", failure: first?.reason ?? null };
    },
    measure: (provider, size, signal) => site.rateProbe.measure(provider, size, signal),
    couldNotConnect: (purpose, reason) => site.noteNotConnected(purpose, reason),
    move: async (to, reason, signal) => {
      try {
        const receipt = await site.switchTo({ to, shape: "overlapped", reason }, signal);
        return receipt.outcome === "switched" && receipt.to === to ? null : receipt.reason;
      } catch (error) {
        if (error instanceof SwitchImpossible) return error.message;
        if (signal.aborted) return `Cannot switch to ${to}: it took too long`;
        throw error;
      }
    },
  };
}
