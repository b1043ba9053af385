import { pauseFor } from "../../net/pause_for.ts";
import type { SiteHealth } from "../../status/cnapt_status.ts";
import type { StatusClient } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";

/** How often CNAPT is asked, and how many answers in a row make an absence: a switch is none. */
const LOOK_MS = 1_000;
const LOOKS = 2;

/** What to say of a site that is not reached: once, and once when it is reached again. */
export class AbsenceWords {
  readonly #site: string;
  #looks = 0;

  constructor(site: string) {
    this.#site = site;
  }

  /** Takes in one look; null: there is nothing to say. */
  look({ state, hasNetwork }: Pick<SiteHealth, "state" | "hasNetwork">): string | null {
    const before = this.#looks;
    const isReached = state === "connected" || state === "switching";
    this.#looks = isReached ? 0 : before + 1;
    if (isReached) return before >= LOOKS ? `site ${this.#site} is reached again` : null;
    if (this.#looks !== LOOKS) return null;
    if (state === "refused") {
      return `SNAPT refuses site ${this.#site}: \`cnapt status\` says why`;
    }
    return hasNetwork
      ? `site ${this.#site} is not reached: the connection waits until it is`
      : "this machine has no network: the connection waits until there is one";
  }
}

/** Asks the running CNAPT again and again until `signal`, and tells what there is to tell. */
export async function tellAbsence(
  { status, site }: { readonly status: StatusClient; readonly site: string },
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const words = new AbsenceWords(site);
  const path = `/healthz?site=${encodeURIComponent(site)}`;
  while (!signal.aborted) {
    try {
      const health: SiteHealth = JSON.parse(await status.get(path));
      const line = words.look(health);
      if (line !== null && !signal.aborted) tell(line);
    } catch (error) {
      // A CNAPT that does not answer ends the connection, or answers the next time.
      if (!(error instanceof CommandFailed || error instanceof SyntaxError)) throw error;
    }
    await pauseFor(LOOK_MS, signal);
  }
}
