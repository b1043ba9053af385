/**
 * What is done with the links parked on networks that are not in use: the questions asked on them.
 *
 * Theory of operation. Search Activity probes a provider by asking on a link that is parked there
 * (PING on a parked link is answered at once); where there is none it opens one, which proves
 * that SNAPT is really at the other end. What is asked from time to time is also what a NAT on
 * the way does not forget. A sudden switch takes these links: no dial, no TLS, one trip.
 */
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Provider } from "../network/provider.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import { askBriefly } from "./brief_question.ts";
import type { Link } from "./link.ts";
import type { LinkDialer } from "./link_dialer.ts";
import { passOnUnlessLinkFailed } from "./link_failure.ts";
import type { ParkedLinks } from "./parked_links.ts";
import { LinkRefused } from "./link_auth.ts";
import { explainFailure, type ProbeResult, silent } from "./probe_result.ts";

export interface StandbyLinksContext {
  readonly dialer: LinkDialer;
  readonly parked: ParkedLinks;
  /** The site. */
  readonly tasks: TaskGroup;
}

/** The standby links of one site; they outlive its sessions. */
export class StandbyLinks {
  readonly #dialer: LinkDialer;
  readonly #parked: ParkedLinks;
  readonly #tasks: TaskGroup;
  #life: "open" | "closed" = "open";

  constructor({ dialer, parked, tasks }: StandbyLinksContext) {
    this.#dialer = dialer;
    this.#parked = parked;
    this.#tasks = tasks;
  }

  get count(): number {
    return this.#parked.count("standby");
  }

  countOn(provider: ProviderKey): number {
    return this.#parked.countOn(provider, "standby");
  }

  /** The links that are parked on `provider`, the one that was answered on last at the end. */
  parkedOn(provider: ProviderKey): readonly Link[] {
    return this.#parked.trustedOn(provider, "standby");
  }

  /** Asks SNAPT over `provider` within `limitMs`, and keeps up to `keep` links parked there. */
  async probe(
    provider: Provider,
    keep: number,
    limitMs: number,
    stopping: AbortSignal,
  ): Promise<ProbeResult> {
    const limit = { clock: this.#tasks, ms: limitMs, signal: stopping };
    this.#trim(provider.key, keep);
    try {
      const roundTripMs = await withinLimit(
        limit,
        async (signal) =>
          await this.#askOldest(provider.key, signal) ??
            await this.#openAndAsk(provider, keep, signal),
      );
      if (roundTripMs === null) return silent("SNAPT does not answer");
      await this.fill(provider, keep, limitMs, stopping);
      return { reach: { kind: "answering" }, roundTripMs };
    } catch (error) {
      const within = { clock: this.#tasks, signal: stopping };
      return await explainFailure(error, provider, this.#dialer, within);
    }
  }

  /** How many of `keep` links are worth being kept on `provider`. */
  affordable(provider: ProviderKey, keep: number): number {
    return Math.min(keep, this.#parked.lives.mostParked(provider, this.#tasks.now()));
  }

  /** Whether a link of `provider` has not been answered on for `afterMs`, or for too long there. */
  isForgotten(provider: ProviderKey, afterMs: number): boolean {
    return this.#forgotten(provider, afterMs).length > 0;
  }

  /**
   * Asks on those links of `provider` that were not answered on for `afterMs`, so that no NAT on
   * the way forgets them, and closes those that stay silent. Whether any answered.
   */
  async refresh(
    provider: ProviderKey,
    afterMs: number,
    limitMs: number,
    stopping: AbortSignal,
  ): Promise<boolean> {
    const limit = { clock: this.#tasks, ms: limitMs, signal: stopping };
    const ask = async (link: Link, signal: AbortSignal) => {
      const answer = await link.ask(signal);
      if (answer === null && link.isParked) this.#parked.drop([link]);
      return answer !== null;
    };
    const answers = await withinLimit(
      limit,
      (signal) => Promise.all(this.#forgotten(provider, afterMs).map((link) => ask(link, signal))),
    );
    return answers.includes(true);
  }

  /** Opens at once what is missing of the links: a switch may come before the next probe. */
  async fill(
    provider: Provider,
    keep: number,
    limitMs: number,
    stopping: AbortSignal,
  ): Promise<void> {
    const limit = { clock: this.#tasks, ms: limitMs, signal: stopping };
    if (this.#tasks.now() < this.#dialer.refusals.sparingUntil) return;
    const missing = Math.max(0, keep - this.countOn(provider.key));
    const openOne = async (signal: AbortSignal) => {
      try {
        await this.#openAndAsk(provider, keep, signal);
      } catch (error) {
        // The network has answered; a link that fails now is tried again before long.
        passOnUnlessLinkFailed(error);
      }
    };
    await withinLimit(
      limit,
      (signal) => Promise.all(Array.from({ length: missing }, () => openOne(signal))),
    );
  }

  /** A link of `provider` on which SNAPT answered within `freshMs`, taken out; null: there is none. */
  takeFresh(provider: ProviderKey, freshMs: number): Link | null {
    const fresh = this.parkedOn(provider).at(-1);
    if (fresh === undefined || this.#tasks.now() - fresh.provenAt >= freshMs) return null;
    return this.#parked.takeFrom(provider, "standby");
  }

  /**
   * The link of `provider` on which SNAPT answers first, taken out: all that are parked there are
   * asked at once. Null when none answers before `signal`; those that are silent for
   * long are closed meanwhile.
   */
  async takeAnswering(
    provider: ProviderKey,
    signal: AbortSignal,
  ): Promise<Link | null> {
    const first = await this.#firstAnswering(this.parkedOn(provider), signal);
    return first !== null && this.#parked.remove(first) ? first : null;
  }

  /** The network is not to be relied on, or not to be kept ready any more. */
  abandon(provider: ProviderKey): void {
    this.#parked.abandon(provider, "standby");
  }

  /** No network is to be relied on. */
  abandonAll(): void {
    this.#parked.abandonAll("standby");
  }

  close(): void {
    this.#life = "closed";
    this.abandonAll();
  }

  /** Asks on the link that was not asked on for longest, so that none is forgotten on the way. */
  async #askOldest(provider: ProviderKey, signal: AbortSignal): Promise<number | null> {
    const [oldest] = this.#parked.on(provider, "standby");
    if (oldest === undefined) return null;
    const answer = await askBriefly(oldest, this.#tasks, signal);
    // What holds for one link to a network that is gone holds for all of them.
    if (answer === null) this.abandon(provider);
    return answer;
  }

  async #openAndAsk(
    provider: Provider,
    keep: number,
    signal: AbortSignal,
  ): Promise<number | null> {
    const { refusals } = this.#dialer;
    if (this.#tasks.now() < refusals.on(provider.key).until) {
      // What SNAPT said holds until it is asked again; to look who else is there would be a dial too.
      const last = refusals.lastOn(provider.key);
      if (last instanceof LinkRefused) throw last;
      throw new ConnFailed("refused", `Cannot ask over ${provider.key}: connections are refused`);
    }
    const link = await this.#dialer.openAtOnce(provider, signal);
    const answer = await link.ask(signal);
    if (answer === null || this.countOn(provider.key) >= keep || this.#life === "closed") {
      link.close();
    } else {
      this.#parked.add(link, "standby");
    }
    return answer;
  }

  /** The one of `links` on which SNAPT answers first; null when it answers on none. */
  #firstAnswering(links: readonly Link[], signal: AbortSignal): Promise<Link | null> {
    return new Promise((resolve, reject) => {
      const asked = links.map(async (link) => {
        const answer = await askBriefly(link, this.#tasks, signal);
        if (answer !== null) resolve(link);
        else if (!signal.aborted && link.isParked) this.#parked.drop([link]);
      });
      Promise.all(asked).then(() => resolve(null), reject);
    });
  }

  #forgotten(provider: ProviderKey, afterMs: number): readonly Link[] {
    const now = this.#tasks.now();
    const before = now - Math.min(afterMs, this.#parked.lives.askAfterMs(provider, now));
    return this.#parked.on(provider, "standby").filter(({ provenAt }) => provenAt <= before);
  }

  /** Closes what is not to be relied on, and what is more than `keep`. */
  #trim(provider: ProviderKey, keep: number): void {
    const trusted = this.parkedOn(provider);
    const kept = new Set(trusted.slice(Math.max(0, trusted.length - keep)));
    this.#parked.drop(this.#parked.on(provider, "standby").filter((link) => !kept.has(link)));
  }
}
