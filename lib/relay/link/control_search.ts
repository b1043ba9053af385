import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { RefusalCode } from "../../core/wire/message.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { Link } from "./link.ts";
import { LinkRefused } from "./link_auth.ts";
import type { LinkDialer } from "./link_dialer.ts";
import type { Provider, Providers } from "../network/provider.ts";
import { type ReachFailure, ReachFailures } from "../network/reach_failures.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { StandbyLinks } from "./standby_links.ts";

/** Pause between attempts on the provider of a strict switch, which may still be coming up. */
const RETRY_MS = 250;
/** A parked link on which SNAPT answered so recently is used without asking again. */
const FRESH_MS = 1_000;

export type SearchResult =
  | { readonly kind: "found"; readonly link: Link }
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly sentence: string }
  | { readonly kind: "failed" }
  | { readonly kind: "superseded" };

/**
 * Looks for a control link: over one provider, again and again for a while, or over all of them
 * at once, where the first that answers wins: links that are parked there already are asked
 * beside the new ones that are dialled. A new search, or `stop`, supersedes the one before.
 */
export class ControlSearch {
  readonly #dialer: LinkDialer;
  readonly #providers: Providers;
  readonly #standby: StandbyLinks;
  readonly #log: RelayLog;
  #current: AbortController | null = null;
  #hurry: (() => void) | null = null;
  readonly #failures = new ReachFailures();

  constructor(
    dialer: LinkDialer,
    providers: Providers,
    standby: StandbyLinks,
    log: RelayLog,
  ) {
    this.#dialer = dialer;
    this.#providers = providers;
    this.#standby = standby;
    this.#log = log;
  }

  /** Why SNAPT is not reached; empty while it is. */
  get failures(): readonly ReachFailure[] {
    return this.#failures.all;
  }

  /** `provider` null: any that answers, one round; else that one, for `forMs`. */
  async run(provider: ProviderKey | null, forMs: number | null): Promise<SearchResult> {
    this.stop();
    const own = new AbortController();
    this.#current = own;
    const signal = forMs === null
      ? own.signal
      : AbortSignal.any([own.signal, AbortSignal.timeout(forMs)]);
    for (;;) {
      const candidates = provider === null
        ? this.#providers.candidates()
        : [this.#providers.find(provider)].filter((found) => found !== null);
      const result = await this.#race(candidates, signal);
      if (own.signal.aborted) {
        if (result.kind === "found") result.link.close();
        return { kind: "superseded" };
      }
      if (result.kind === "hurried") continue;
      if (result.kind !== "failed" || provider === null || signal.aborted) return result;
      await new Promise<void>((resolve) => setTimeout(resolve, RETRY_MS));
      if (own.signal.aborted) return { kind: "superseded" };
    }
  }

  /** The table of providers changed: a round that may only wait for dead ones begins anew. */
  hurry(): void {
    this.#hurry?.();
  }

  stop(): void {
    this.#current?.abort();
    this.#current = null;
  }

  async #race(
    candidates: readonly Provider[],
    signal: AbortSignal,
  ): Promise<SearchResult | { readonly kind: "hurried" }> {
    const round = new AbortController();
    const limited = AbortSignal.any([signal, round.signal]);
    const hurried = new AbortController();
    this.#hurry = () => {
      hurried.abort();
      round.abort();
    };
    let refusal: SearchResult = { kind: "failed" };
    const failures: ReachFailure[] = [];
    const fromStandby = new Set<Link>();
    const parked = candidates.map(async ({ key }) => {
      const link = await this.#standby.takeAnswering(key, FRESH_MS, limited);
      if (link === null) throw new Error(`Cannot find a parked link on ${key}: there is none`);
      fromStandby.add(link);
      return link;
    });
    const dialled = candidates.map(async (provider) => {
      try {
        return await this.#dialer.openAtOnce(provider, limited);
      } catch (error) {
        if (error instanceof LinkRefused) {
          refusal = { kind: "refused", code: error.code, sentence: error.sentence };
        }
        const reason = error instanceof Error ? error.message : String(error);
        const isOurs = limited.aborted;
        if (!isOurs && error instanceof ProtocolViolation) {
          this.#log.warn("not-our-snapt", { provider: provider.key, reason });
        }
        if (!isOurs) failures.push({ provider: provider.key, reason });
        throw error;
      }
    });
    const attempts = [...parked, ...dialled];
    try {
      const winner = await Promise.any(attempts);
      for (const attempt of attempts) {
        void attempt.then((link) => link === winner || link.close(), () => {});
      }
      // A link that was parked there and well would have answered sooner than a new one.
      if (!fromStandby.has(winner)) this.#standby.abandon(winner.provider);
      this.#failures.clear();
      return { kind: "found", link: winner };
    } catch {
      if (hurried.signal.aborted) return { kind: "hurried" };
      if (candidates.length === 0) failures.push({ provider: "", reason: "there is no network" });
      for (const failure of this.#failures.roundFailed(failures)) {
        this.#log.warn("cannot-reach-snapt", { ...failure });
      }
      return refusal;
    } finally {
      this.#hurry = null;
      round.abort();
    }
  }
}
