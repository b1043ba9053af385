import { isSame } from "../../config/config_change.ts";
import type { OfferConfig } from "../../config/offer_config.ts";
import { ListenFailed } from "../../net/listen.ts";

/** How a service that the configuration names is offered and taken back. */
export interface OfferWays {
  /** @throws {ListenFailed} its address cannot be listened on */
  readonly open: (name: string, offer: OfferConfig) => Promise<void>;
  readonly close: (name: string) => Promise<void>;
  /** Nothing is opened any more. */
  readonly isClosed: () => boolean;
}

/** What of the services of one site that the configuration names is open. */
export class ConfiguredOffers {
  readonly #ways: OfferWays;
  readonly #open = new Map<string, OfferConfig>();

  constructor(ways: OfferWays) {
    this.#ways = ways;
  }

  /** @throws {ListenFailed} an address cannot be listened on */
  async openAll(services: ReadonlyMap<string, OfferConfig>): Promise<void> {
    for (const [name, offer] of services) await this.#add(name, offer);
  }

  /**
   * Offers `services` and nothing else; what is as it was stays open. What could not be offered is
   * tried again each time; why not, a sentence for each.
   */
  async use(services: ReadonlyMap<string, OfferConfig>): Promise<readonly string[]> {
    for (const [name, offer] of this.#open) {
      if (isSame(services.get(name), offer)) continue;
      this.#open.delete(name);
      await this.#ways.close(name);
    }
    const failed: string[] = [];
    for (const [name, offer] of services) {
      if (this.#open.has(name) || this.#ways.isClosed()) continue;
      try {
        await this.#add(name, offer);
      } catch (error) {
        if (!(error instanceof ListenFailed)) throw error;
        failed.push(error.message);
      }
    }
    return failed;
  }

  async #add(name: string, offer: OfferConfig): Promise<void> {
    await this.#ways.open(name, offer);
    this.#open.set(name, offer);
  }
}
