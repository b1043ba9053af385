import type { Score } from "../../core/decision/score.ts";
import type { ProviderRow } from "../network/provider.ts";
import type { StandbyPolicy } from "./decision_settings.ts";

/** What is parked on the best other network, beside a link for each of a few streams. */
const STANDBY_LINKS = 2;
const MAX_STANDBY_LINKS = 8;

/** What the number of links that a network gets depends on. */
export interface StandbyNeed {
  readonly policy: StandbyPolicy;
  /** The networks that are not in use. */
  readonly others: readonly ProviderRow[];
  /** The best network first. */
  readonly scores: readonly Score[];
  /** How many streams the session has. */
  readonly streams: number;
}

/** How many links to keep on `row`: some on the best other network, one on each further one. */
export function standbyShare(row: ProviderRow, need: StandbyNeed): number {
  const { candidate } = row;
  const isAllowed = need.policy === "always" ||
    (need.policy === "unmetered" && !candidate.metered);
  if (!isAllowed || candidate.connects === "byPerson") return 0;
  const reachable = need.others.filter(({ provider }) => provider !== null)
    .map(({ candidate: { key } }) => key);
  const best = need.scores.find((score) => reachable.includes(score.key));
  if (best?.key !== candidate.key) return 1;
  return Math.min(STANDBY_LINKS + need.streams, MAX_STANDBY_LINKS);
}
