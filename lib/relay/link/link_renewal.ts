/**
 * Finds out whether the links of the network in use still lead anywhere, after something has happened
 * to its interface, its addresses or its routes.
 *
 * Theory of operation. What was sent while there was no route waits in the system, and TCP does not
 * repeat what still waits there: a link may stand for seconds although its network is well. So new
 * links are dialled beside the old ones. The old ones have been asked by then and need one round trip
 * to answer; a new one needs three. If one is there, and nothing came on the old ones since, those
 * are dead. The new one is parked, where the search for a control link finds it at once.
 */
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Providers } from "../network/provider.ts";
import { pause } from "../run/pause.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { Link } from "./link.ts";
import type { LinkDialer } from "./link_dialer.ts";
import { passOnUnlessLinkFailed } from "./link_failure.ts";
import type { ParkedLinks } from "./parked_links.ts";

/** When new links are dialled. Before the first of these the old ones have time to answer. */
const DIALS_AFTER_MS = [30, 100, 300] as const;

/** What is known of the links there are. */
export interface OldLinks {
  /** How long an answer on them usually takes at most. */
  readonly usualMs: number;
  /** Whether anything came on them since this moment. */
  readonly answeredSince: (then: number) => boolean;
  /** A new link was there first. */
  readonly overtaken: () => void;
}

export interface LinkRenewalContext {
  readonly dialer: LinkDialer;
  readonly providers: Providers;
  readonly parked: ParkedLinks;
  /** The session. */
  readonly tasks: TaskGroup;
}

export class LinkRenewal {
  readonly #context: LinkRenewalContext;
  #current: AbortController | null = null;

  constructor(context: LinkRenewalContext) {
    this.#context = context;
  }

  /** What is under way for an event before is not waited for any longer. */
  begin(provider: ProviderKey, old: OldLinks): void {
    this.stop();
    const own = new AbortController();
    this.#current = own;
    const { tasks } = this.#context;
    const signal = AbortSignal.any([own.signal, tasks.signal]);
    const since = tasks.now();
    const isOver = () => signal.aborted || old.answeredSince(since);
    const [first] = DIALS_AFTER_MS;
    const patienceMs = Math.max(0, old.usualMs - first);
    for (const afterMs of DIALS_AFTER_MS) {
      tasks.run("renew link", async () => {
        await pause(tasks, patienceMs + afterMs, signal);
        const link = isOver() ? null : await this.#dial(provider, signal);
        if (link === null) return;
        const isDecided = isOver();
        own.abort();
        if (isDecided) return link.reset(); // nobody needs it
        this.#context.parked.add(link, "standby");
        old.overtaken();
      });
    }
  }

  stop(): void {
    this.#current?.abort();
    this.#current = null;
  }

  /** A new link; null where none is there. */
  async #dial(key: ProviderKey, signal: AbortSignal): Promise<Link | null> {
    const { dialer, providers, tasks } = this.#context;
    const provider = providers.find(key);
    if (provider === null || tasks.now() < dialer.refusals.on(key).until) return null;
    try {
      return await dialer.openAtOnce(provider, signal);
    } catch (error) {
      passOnUnlessLinkFailed(error);
      return null;
    }
  }
}
