import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Providers } from "../network/provider.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import type { Link } from "./link.ts";
import type { ParkedLinks } from "./parked_links.ts";

/** Of the network in doubt so many links are asked on: one alone may have lost its packet. */
const LINKS_IN_DOUBT = 3;
/** Of each other network. */
const OTHER_LINKS = 2;
/** Who has not answered by then is of no help any more. */
const ANSWER_LIMIT_MS = 3_000;

/** Told of each answer: over another link of the network in doubt, or over another network. */
export type Heard = (over: "path" | "other") => void;

export interface AskAroundContext {
  readonly parked: ParkedLinks;
  readonly providers: Providers;
  readonly tasks: TaskGroup;
}

/**
 * Asks SNAPT at the same time over the network that is in doubt and over the others, on links that
 * are parked there: whoever answers is believed.
 */
export async function askAround(
  current: ProviderKey,
  heard: Heard,
  { parked, providers, tasks }: AskAroundContext,
): Promise<void> {
  const here = parked.on(current, "session").slice(0, LINKS_IN_DOUBT);
  const others = providers.candidates().map(({ key }) => key).filter((key) => key !== current)
    .flatMap((key) => parked.trustedOn(key, "standby").slice(-OTHER_LINKS));
  const limit = { clock: tasks, ms: ANSWER_LIMIT_MS, signal: tasks.signal };
  await withinLimit(limit, async (signal) => {
    const ask = async (link: Link, over: "path" | "other") => {
      if (await link.ask(signal) !== null) heard(over);
    };
    await Promise.all([
      ...here.map((link) => ask(link, "path")),
      ...others.map((link) => ask(link, "other")),
    ]);
  });
}
