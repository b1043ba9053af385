import type { Clock } from "../../lib/relay/run/clock.ts";
import type { SitePart } from "../../lib/relay/session/site_part.ts";
import { SiteRound } from "../../lib/relay/site/site_round.ts";

/** The round of several sites that ships; keeps what happened for a test to look at. */
export class WatchedRound {
  /** What happened, in order: `home arrives at drained`, `home passes drained`. */
  readonly trace: string[] = [];
  /** Who was not waited for any longer, in a way that held others up. */
  readonly late: string[] = [];
  readonly #round: SiteRound;

  constructor(sites: readonly string[], patienceMs: number, clock: Clock) {
    const late = (site: string) => this.late.push(site);
    this.#round = new SiteRound({ sites, patienceMs, clock, late });
  }

  partOf(site: string): SitePart {
    const part = this.#round.partOf(site);
    return {
      arrive: (point, pass) => {
        this.trace.push(`${site} arrives at ${point}`);
        part.arrive(point, () => {
          this.trace.push(`${site} passes ${point}`);
          pass();
        });
      },
      leave: () => {
        this.trace.push(`${site} leaves`);
        part.leave();
      },
    };
  }
}
