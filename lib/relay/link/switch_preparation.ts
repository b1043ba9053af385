import type { ProviderKey } from "../../core/path/provider_key.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import type { Link } from "./link.ts";
import type { LinkDialer } from "./link_dialer.ts";
import type { LinkStock } from "./link_stock.ts";
import type { Providers } from "../network/provider.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import { passOnUnlessLinkFailed, sentenceOf } from "./link_failure.ts";

/** How long the links of an overlapped switch may take to be ready. */
const PREPARE_MS = 5_000;

export interface SwitchPreparationContext {
  readonly dialer: LinkDialer;
  readonly stock: LinkStock;
  readonly providers: Providers;
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/** Gets the links of an overlapped switch ready on the new provider while the old one goes on. */
export class SwitchPreparation {
  readonly #context: SwitchPreparationContext;
  #current = new AbortController();

  constructor(context: SwitchPreparationContext) {
    this.#context = context;
  }

  /**
   * A control link on `provider`, with `count` links parked there besides; null where there is
   * none, `abandoned` when nobody waits for it any more.
   */
  async run(provider: ProviderKey, count: number): Promise<Link | null | "abandoned"> {
    const own = new AbortController();
    this.#current = own;
    const { dialer, stock, providers, tasks, log } = this.#context;
    const limit = { clock: tasks, ms: PREPARE_MS, signal: own.signal };
    let control: Link | null = null;
    try {
      const found = providers.find(provider);
      if (found === null) {
        throw new ConnFailed("unreachable", `Cannot switch: there is no provider ${provider}`);
      }
      control = await withinLimit(limit, async (signal) => {
        const [first] = await Promise.all([
          dialer.openAtOnce(found, signal),
          stock.prepare(provider, count, signal),
        ]);
        return first;
      });
    } catch (error) {
      passOnUnlessLinkFailed(error);
      const reason = sentenceOf(error);
      log.warn("prepare-failed", { provider, reason });
    }
    if (!own.signal.aborted) return control;
    control?.close();
    return "abandoned";
  }

  abandon(): void {
    this.#current.abort();
  }
}
