import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Link } from "./link.ts";
import type { LinkDialer } from "./link_dialer.ts";
import type { LinkPool } from "./link_pool.ts";
import type { Providers } from "../network/provider.ts";
import type { RelayLog } from "../run/relay_log.ts";

/** How long the links of an overlapped switch may take to be ready. */
const PREPARE_MS = 5_000;

/** Gets the links of an overlapped switch ready on the new provider while the old one goes on. */
export class SwitchPreparation {
  readonly #dialer: LinkDialer;
  readonly #pool: LinkPool;
  readonly #providers: Providers;
  readonly #log: RelayLog;
  #current = new AbortController();

  constructor(dialer: LinkDialer, pool: LinkPool, providers: Providers, log: RelayLog) {
    this.#dialer = dialer;
    this.#pool = pool;
    this.#providers = providers;
    this.#log = log;
  }

  /**
   * A control link on `provider`, with `count` links parked there besides; null where there is
   * none, `abandoned` when nobody waits for it any more.
   */
  async run(provider: ProviderKey, count: number): Promise<Link | null | "abandoned"> {
    const own = new AbortController();
    this.#current = own;
    const signal = AbortSignal.any([own.signal, AbortSignal.timeout(PREPARE_MS)]);
    const found = this.#providers.find(provider);
    let control: Link | null = null;
    try {
      if (found === null) throw new Error(`Cannot switch: there is no provider ${provider}`);
      const [first] = await Promise.all([
        this.#dialer.openAtOnce(found, signal),
        this.#pool.prepare(provider, count, signal),
      ]);
      control = first;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.warn("prepare-failed", { provider, reason });
    }
    if (!own.signal.aborted) return control;
    control?.close();
    return "abandoned";
  }

  abandon(): void {
    this.#current.abort();
  }
}
