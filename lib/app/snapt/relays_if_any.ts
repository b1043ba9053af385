import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { ToldPlace } from "../../core/wire/places_message.ts";
import type { ThroughRelaySnapshot } from "../../relay/own_relay/through_relay.ts";
import type { ThroughRelays, ThroughRelaysContext } from "./through_relays.ts";

/** The relays of a SNAPT; who has none pays nothing for what they need. */
export class RelaysIfAny {
  readonly #context: ThroughRelaysContext;
  #relays: ThroughRelays | null = null;

  constructor(context: ThroughRelaysContext) {
    this.#context = context;
  }

  /** @throws {RelayKeysFailed} the keys cannot be read; nothing was changed */
  async use(through: SnaptConfig["through"]): Promise<void> {
    if (this.#relays === null) {
      if (through.size === 0) return;
      const { ThroughRelays } = await import("./through_relays.ts");
      this.#relays = new ThroughRelays(this.#context);
    }
    await this.#relays.use(through);
  }

  /** Where CNAPTs reach SNAPT by them. */
  get places(): readonly ToldPlace[] {
    return this.#relays?.places ?? [];
  }

  /** This machine has these addresses now. */
  networksChanged(addresses: ReadonlySet<string>): void {
    this.#relays?.networksChanged(addresses);
  }

  /** Comes to all of them anew. */
  renew(): void {
    this.#relays?.renew();
  }

  get areAttached(): boolean {
    return this.#relays?.areAttached ?? true;
  }

  snapshot(): readonly ThroughRelaySnapshot[] {
    return this.#relays?.snapshot() ?? [];
  }
}
