import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Link } from "./link.ts";
import type { LinkPool } from "./link_pool.ts";
import type { StandbyLinks } from "./standby_links.ts";
import type { Clock } from "../run/clock.ts";
import { withinLimit } from "../run/time_limit.ts";

/** Of the network in doubt so many links are asked on: one alone may have lost its packet. */
const LINKS_IN_DOUBT = 3;
/** Of each other network. */
const OTHER_LINKS = 2;
/** Who has not answered by then is of no help any more. */
const ANSWER_LIMIT_MS = 3_000;

export interface AskedAround {
  readonly clock: Clock;
  /** Nobody is interested any more. */
  readonly stopping: AbortSignal;
  readonly pool: LinkPool;
  readonly standby: StandbyLinks;
  others(): readonly ProviderKey[];
  /** Another link of the network in doubt answered. */
  pathAnswered(): void;
  otherAnswered(): void;
}

/**
 * Asks SNAPT at the same time over the network that is in doubt and over the others, on links that
 * are parked there: whoever answers is believed (DESIGN 7).
 */
export async function askAround(current: ProviderKey, around: AskedAround): Promise<void> {
  const here = around.pool.parkedOn(current).slice(0, LINKS_IN_DOUBT);
  const others = around.others().filter((key) => key !== current)
    .flatMap((key) => around.standby.parkedOn(key).slice(-OTHER_LINKS));
  const limit = { clock: around.clock, ms: ANSWER_LIMIT_MS, signal: around.stopping };
  await withinLimit(limit, async (signal) => {
    const ask = async (link: Link, answered: () => void) => {
      if (await link.ask(signal) !== null) answered();
    };
    await Promise.all([
      ...here.map((link) => ask(link, around.pathAnswered)),
      ...others.map((link) => ask(link, around.otherAnswered)),
    ]);
  });
}
