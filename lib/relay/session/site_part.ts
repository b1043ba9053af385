import type { SitePoint } from "../../core/session/site_barrier.ts";

/** The part that one site has in a switch, as its session driver sees it. */
export interface SitePart {
  /** Calls `pass`, now or later, when the site may go on; never when it leaves before that. */
  arrive(point: SitePoint, pass: () => void): void;
  /** The switch of this site has nothing to do with the others any more. */
  leave(): void;
}

/** The part of a site that nobody waits for and that waits for nobody. */
export const ALONE: SitePart = { arrive: (_point, pass) => pass(), leave: () => {} };
