import type { SiteConfig } from "../../config/site_config.ts";
import { addressesOf, listInterfaces } from "../../net/interfaces.ts";
import { createRunningSite, type RunningSite, type SharedBySites } from "./running_site.ts";
import type { WaysIn } from "./ways_in.ts";

/** The sites of a CNAPT, and how one begins and ends. */
export class RunningSites {
  readonly #all: RunningSite[];
  readonly #shared: SharedBySites;
  readonly #waysIn: WaysIn;

  /** `all`: those that run, where everybody looks who deals with them; kept by this class. */
  constructor(all: RunningSite[], shared: SharedBySites, waysIn: WaysIn) {
    this.#all = all;
    this.#shared = shared;
    this.#waysIn = waysIn;
  }

  has(name: string): boolean {
    return this.#all.some(({ site }) => site.name === name);
  }

  /**
   * Opens the ports of a site; nothing connects before it is started.
   *
   * @throws {ListenFailed} one of them cannot be listened on; the site is to be ended
   */
  async open(name: string, config: SiteConfig): Promise<RunningSite> {
    const made = await createRunningSite(name, config, this.#shared);
    this.#all.push(made);
    if (config.services === null) await made.listeners.openRemembered();
    else await made.listeners.openConfigured(config.services);
    this.#waysIn.open(made.site, config);
    made.listeners.useAddresses(addressesOf(listInterfaces()));
    return made;
  }

  start({ site, decision, notices }: RunningSite): void {
    site.start();
    decision.start();
    notices.start();
  }

  /** Ends a site: what its applications have written gets `drainMs`, then they are reset. */
  async end(name: string, drainMs: number): Promise<void> {
    const index = this.#all.findIndex(({ site }) => site.name === name);
    const [ended] = index < 0 ? [] : this.#all.splice(index, 1);
    if (ended === undefined) return;
    const { site, decision, listeners, notices } = ended;
    notices.stop();
    await Promise.all([listeners.close(), this.#waysIn.closeSite(name)]);
    await decision.stop();
    await site.stop(drainMs);
  }
}
