import type { ProviderKey } from "../../core/path/provider_key.ts";
import { descriptors } from "../../net/descriptor_budget.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import type { Link } from "./link.ts";
import type { LinkDialer } from "./link_dialer.ts";
import type { LinkStock } from "./link_stock.ts";
import type { ParkedLinks } from "./parked_links.ts";
import type { Providers } from "../network/provider.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import { passOnUnlessLinkFailed, sentenceOf } from "./link_failure.ts";

/** How long the links of an overlapped switch may take to be ready, */
const PREPARE_MS = 5_000;
/** where round trips are long so many of them, within bounds. */
const PREPARE_ROUND_TRIPS = 10;
const LONGEST_PREPARE_MS = 20_000;

/** What became of a preparation; `abandoned`: nobody waits for it any more. */
export type Prepared =
  | { readonly kind: "ready"; readonly control: Link }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "abandoned" };

export interface SwitchPreparationContext {
  readonly dialer: LinkDialer;
  readonly stock: LinkStock;
  readonly providers: Providers;
  /** What is parked on the new network tells how long its round trips are. */
  readonly parked: Pick<ParkedLinks, "on">;
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
   * A control link on `provider`, with `count` links parked there besides, or why there is none.
   */
  async run(provider: ProviderKey, count: number): Promise<Prepared> {
    const own = new AbortController();
    this.#current = own;
    const { dialer, stock, providers, tasks, log } = this.#context;
    const ms = this.#patienceMs(provider);
    const limit = { clock: tasks, ms, signal: own.signal };
    let outcome: Prepared;
    let within = own.signal;
    try {
      const found = providers.find(provider);
      if (found === null) {
        throw new ConnFailed("unreachable", `Cannot switch: there is no provider ${provider}`);
      }
      const control = await withinLimit(limit, async (signal) => {
        within = signal;
        const [first] = await Promise.all([
          dialer.openAtOnce(found, signal),
          stock.prepare(provider, count, signal),
        ]);
        return first;
      });
      outcome = { kind: "ready", control };
    } catch (error) {
      passOnUnlessLinkFailed(error);
      const reason = isTooLate(within) ? tooLate(provider, ms) : sentenceOf(error);
      log.warn("prepare-failed", { provider, reason });
      outcome = { kind: "failed", reason };
    }
    if (!own.signal.aborted) return outcome;
    if (outcome.kind === "ready") outcome.control.close();
    return { kind: "abandoned" };
  }

  abandon(): void {
    this.#current.abort();
  }

  #patienceMs(provider: ProviderKey): number {
    const parked = this.#context.parked.on(provider, "standby");
    const roundTripMs = Math.max(0, ...parked.map((link) => link.roundTripMs ?? 0));
    return Math.max(PREPARE_MS, Math.min(PREPARE_ROUND_TRIPS * roundTripMs, LONGEST_PREPARE_MS));
  }
}

function isTooLate({ reason }: AbortSignal): boolean {
  return reason instanceof DOMException && reason.name === "TimeoutError";
}

/** Why the links were not ready in time, for whoever asked for the switch. */
function tooLate(provider: ProviderKey, ms: number): string {
  return descriptors().hasRoom("dial")
    ? `SNAPT does not answer over ${provider} within ${Math.round(ms / 1_000)} s`
    : "there are not enough descriptors for a second link of each connection (ulimit -n)";
}
