import type { ProviderKey } from "../../core/path/provider_key.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import type { Link } from "./link.ts";
import type { LinkDialer } from "./link_dialer.ts";
import type { Providers } from "../network/provider.ts";
import type { Timer } from "../run/clock.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import type { StandbyLinks } from "./standby_links.ts";
import { passOnUnlessLinkFailed, sentenceOf } from "./link_failure.ts";

/** So many links are kept parked; more after a burst of new streams. */
const MIN_PARKED = 4;
const MAX_PARKED = 64;
/** Parked links older than that are replaced, before a NAT on the way forgets them. */
export const MAX_PARKED_AGE_MS = 240_000;
/** Pause before a failed dial is repeated. */
const RETRY_MS = 500;
/** How often old parked links are looked for. */
const REFRESH_MS = 30_000;

export interface LinkPoolContext {
  readonly dialer: LinkDialer;
  readonly providers: Providers;
  readonly standby: StandbyLinks;
  /** The session. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

interface Waiter {
  readonly provider: ProviderKey;
  readonly take: (link: Link) => void;
}

/**
 * CNAPT's parked links: authenticated ahead of need, so that a new stream costs no round trip.
 *
 * The pool fills itself on one provider, the one in use. Requests for links of that provider or
 * another are served from what is parked or dialled for them; they wait as long as it takes and
 * end with `cancelWaiting`. `prepare` parks links elsewhere before a planned switch.
 */
export class LinkPool {
  readonly #dialer: LinkDialer;
  readonly #providers: Providers;
  readonly #standby: StandbyLinks;
  readonly #tasks: TaskGroup;
  readonly #log: RelayLog;
  readonly #parked = new Map<ProviderKey, Link[]>();
  #waiters: Waiter[] = [];
  #provider: ProviderKey | null = null;
  #wanted = MIN_PARKED;
  readonly #dialing = new Map<ProviderKey, number>();
  #retry: Timer | null = null;
  #refresh: Timer | null = null;
  /** Ends what is being dialled when nothing is wanted any more. */
  #dials = new AbortController();
  #life: "open" | "closed" = "open";

  constructor({ dialer, providers, standby, tasks, log }: LinkPoolContext) {
    this.#dialer = dialer;
    this.#providers = providers;
    this.#standby = standby;
    this.#tasks = tasks;
    this.#log = log;
  }

  get parkedCount(): number {
    let count = 0;
    for (const links of this.#parked.values()) count += links.length;
    return count;
  }

  parkedOn(provider: ProviderKey): readonly Link[] {
    return (this.#parked.get(provider) ?? []).filter((link) => link.isParked);
  }

  /** Keeps links parked on `provider` from now on; those of others are closed. */
  use(provider: ProviderKey): void {
    this.#provider = provider;
    this.#refresh ??= this.#tasks.every(REFRESH_MS, () => this.#replaceOld());
    for (const key of this.#parked.keys()) if (key !== provider) this.abandon(key);
    this.#fill();
  }

  /** Nothing is parked or dialled any more until `use`; links that are parked are closed. */
  pause(): void {
    this.#provider = null;
    this.#waiters = [];
    this.#wanted = MIN_PARKED;
    this.#dials.abort();
    this.#dials = new AbortController();
    for (const key of this.#parked.keys()) this.abandon(key);
  }

  /** A parked link of `provider`, as soon as there is one. */
  request(provider: ProviderKey, take: (link: Link) => void): void {
    const link = this.#takeParked(provider) ?? this.#standby.take(provider);
    if (link !== null) take(link);
    else {
      this.#waiters.push({ provider, take });
      if (provider === this.#provider) this.#wanted = Math.min(this.#wanted + 1, MAX_PARKED);
    }
    this.#fill();
  }

  /**
   * Dials `count` links on `provider` and parks them there; resolves when all dials ended, with
   * how many succeeded.
   */
  async prepare(provider: ProviderKey, count: number, signal: AbortSignal): Promise<number> {
    const found = this.#providers.find(provider);
    if (found === null) return 0;
    const opened = await Promise.all(Array.from({ length: count }, async () => {
      try {
        this.#park(await this.#dialer.open(found, signal));
        return 1;
      } catch (error) {
        passOnUnlessLinkFailed(error);
        return 0;
      }
    }));
    return opened.reduce((sum: number, one) => sum + one, 0);
  }

  abandon(provider: ProviderKey): void {
    for (const link of this.#parked.get(provider) ?? []) link.close();
    this.#parked.delete(provider);
  }

  close(): void {
    this.#life = "closed";
    this.#retry?.cancel();
    this.#refresh?.cancel();
    this.pause();
  }

  #replaceOld(): void {
    const oldest = this.#tasks.now() - MAX_PARKED_AGE_MS;
    for (const [provider, links] of this.#parked) {
      const kept = links.filter((link) => link.openedAt >= oldest);
      for (const link of links) if (link.openedAt < oldest) link.close();
      if (kept.length < links.length) this.#wanted = Math.max(MIN_PARKED, this.#wanted >> 1);
      this.#parked.set(provider, kept);
    }
    this.#fill();
  }

  #takeParked(provider: ProviderKey): Link | null {
    const links = this.#parked.get(provider);
    const oldest = this.#tasks.now() - MAX_PARKED_AGE_MS;
    for (let link = links?.pop(); link !== undefined; link = links?.pop()) {
      if (link.isOpen && link.openedAt >= oldest) return link;
      link.close();
    }
    return null;
  }

  #park(link: Link): void {
    const index = this.#waiters.findIndex((waiter) => waiter.provider === link.provider);
    const [waiter] = index < 0 ? [] : this.#waiters.splice(index, 1);
    if (waiter !== undefined) return waiter.take(link);
    if (this.#life === "closed") return link.close();
    const links = this.#parked.get(link.provider) ?? [];
    links.push(link);
    this.#parked.set(link.provider, links);
    this.#tasks.run("parked link", () => this.#watch(link));
  }

  /** Notices that a parked link was closed by the peer; a bound one is watched by its stream. */
  async #watch(link: Link): Promise<void> {
    const alive = await link.firstMessage().then((message) => message !== null, (error) => {
      passOnOurs(error);
      return false;
    });
    if (alive) return;
    link.close();
    const links = this.#parked.get(link.provider) ?? [];
    const index = links.indexOf(link);
    if (index >= 0) links.splice(index, 1);
    this.#fill();
  }

  #fill(): void {
    const needs = new Map<ProviderKey, number>();
    for (const { provider } of this.#waiters) needs.set(provider, (needs.get(provider) ?? 0) + 1);
    if (this.#provider !== null) {
      const missing = this.#wanted - (this.#parked.get(this.#provider)?.length ?? 0);
      needs.set(this.#provider, Math.max(0, missing) + (needs.get(this.#provider) ?? 0));
    }
    for (const [provider, need] of needs) {
      for (let i = this.#dialing.get(provider) ?? 0; i < need; i++) {
        this.#tasks.run("dial link", () => this.#dialOne(provider));
      }
    }
  }

  async #dialOne(key: ProviderKey): Promise<void> {
    const provider = this.#providers.find(key);
    const { signal } = this.#dials;
    this.#dialing.set(key, (this.#dialing.get(key) ?? 0) + 1);
    try {
      if (provider === null) {
        throw new ConnFailed("unreachable", `Cannot dial over ${key}: there is no such provider`);
      }
      this.#park(await this.#dialer.open(provider, signal));
    } catch (error) {
      passOnUnlessLinkFailed(error);
      if (signal.aborted) return;
      const reason = sentenceOf(error);
      this.#log.debug("link-failed", { provider: key, reason });
      this.#retryLater();
    } finally {
      this.#dialing.set(key, (this.#dialing.get(key) ?? 1) - 1);
    }
  }

  #retryLater(): void {
    if (this.#life === "closed") return;
    this.#retry?.cancel();
    this.#retry = this.#tasks.timer(RETRY_MS, () => this.#fill());
  }
}
