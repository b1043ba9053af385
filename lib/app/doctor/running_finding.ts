import { describeFailures } from "../../relay/site/reach_patience.ts";
import { type SitePhase, sitePhaseOf } from "../../relay/site/site_snapshot.ts";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { isNotAnnounced } from "../../status/verdict/not_announced.ts";
import { attention, fails, type Finding, ok } from "./finding.ts";

/** What a finding about the CNAPT that runs is about. */
export const RUNNING = "running CNAPT";

/** How a site that is in this phase is. */
const LEVELS: Readonly<Record<SitePhase, Finding["level"]>> = {
  dialing: "attention",
  greeting: "attention",
  connected: "ok",
  preparing: "ok",
  switching: "ok",
  searching: "attention",
  ended: "attention",
  refused: "fails",
};

type RunningSite = Pick<
  CnaptDocument["sites"][string],
  "state" | "refusal" | "pause" | "failures" | "services"
>;

type Running = Pick<CnaptDocument, "state" | "provider"> & {
  readonly sites: Readonly<Record<string, RunningSite>>;
  readonly offers: readonly Pick<CnaptDocument["offers"][number], "site" | "service">[];
};

/** What a CNAPT that runs says of itself: as bad as its worst site, with the reasons. */
export function runningFinding({ state, provider, sites, offers }: Running): Finding {
  const all = Object.entries(sites).map(([name, site]) => ({ name, site }));
  const bad = all.filter(({ site }) => LEVELS[sitePhaseOf(site.state)] !== "ok");
  const reasons = bad.map(({ name, site }) => {
    const why = site.refusal?.sentence ?? site.pause?.reason ?? describeFailures(site.failures);
    return `${name} is ${site.state}${why === "" ? "" : ` (${why})`}`;
  });
  const where = provider === "" ? state : `${state} over ${provider}`;
  const text = [where, ...reasons].join("; ");
  if (bad.some(({ site }) => LEVELS[sitePhaseOf(site.state)] === "fails")) {
    return fails(RUNNING, text, "SNAPT answers, but refuses: ask who runs it, or see its log");
  }
  if (bad.length > 0) return attention(RUNNING, text);
  const missing = offers.filter(({ site, service }) => {
    const its = sites[site];
    return its !== undefined && isNotAnnounced(its, service);
  });
  if (missing.length === 0) return ok(RUNNING, text);
  const names = missing.map(({ site, service }) => `${site}/${service}`).join(", ");
  return attention(
    RUNNING,
    `${text}; SNAPT does not offer ${names}`,
    "whoever runs SNAPT adds it to `services:` of snapt.yaml, or invites with it",
  );
}
