import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { RefusalCode } from "../../core/wire/message.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import type { Link } from "./link.ts";
import { LinkRefused } from "./link_auth.ts";
import type { LinkDialer } from "./link_dialer.ts";
import type { Provider, Providers } from "../network/provider.ts";
import { type ReachFailure, ReachFailures } from "../network/reach_failures.ts";
import { pause } from "../run/pause.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import { SearchPause } from "./search_pause.ts";
import type { StandbyLinks } from "./standby_links.ts";
import { passOnUnlessLinkFailed, sentenceOf } from "./link_failure.ts";

/** Pause between attempts on the provider of a strict switch, which may still be coming up. */
const RETRY_MS = 250;
/** A parked link on which SNAPT answered so recently is used without asking again. */
const FRESH_MS = 1_000;

export type SearchResult =
  | { readonly kind: "found"; readonly link: Link }
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly sentence: string }
  | { readonly kind: "failed" }
  | { readonly kind: "superseded" };

export interface ControlSearchContext {
  readonly dialer: LinkDialer;
  readonly providers: Providers;
  readonly standby: StandbyLinks;
  /** The session. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/**
 * Looks for a control link: over one provider, again and again for a while, or over all of them
 * at once, where the first that answers wins: links that are parked there already are asked
 * beside the new ones that are dialled. A new search, or `stop`, supersedes the one before.
 */
export class ControlSearch {
  readonly #context: ControlSearchContext;
  #current: AbortController | null = null;
  #hurry: (() => void) | null = null;
  readonly #failures = new ReachFailures();
  readonly #pause = new SearchPause();

  constructor(context: ControlSearchContext) {
    this.#context = context;
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
    const { tasks } = this.#context;
    if (provider === null) await this.#wait(own.signal);
    const result = forMs === null ? await this.#search(provider, own.signal) : await withinLimit(
      { clock: tasks, ms: forMs, signal: own.signal },
      (limited) => this.#search(provider, limited),
    );
    if (!own.signal.aborted) {
      if (result.kind === "found") this.#pause.found(tasks.now());
      return result;
    }
    if (result.kind === "found") result.link.close();
    return { kind: "superseded" };
  }

  /** Waits where control links end at once; a change of the networks ends that. */
  async #wait(signal: AbortSignal): Promise<void> {
    const { tasks, log } = this.#context;
    const ms = this.#pause.begin(tasks.now());
    if (ms === 0) return;
    log.info("search-paused", {
      ms,
      reason: "SNAPT's control links end as soon as they are there",
    });
    const hurried = new AbortController();
    const hurry = () => hurried.abort();
    this.#hurry = hurry;
    await pause(tasks, ms, AbortSignal.any([signal, hurried.signal]));
    if (this.#hurry === hurry) this.#hurry = null;
  }

  async #search(provider: ProviderKey | null, signal: AbortSignal): Promise<SearchResult> {
    const { providers, tasks } = this.#context;
    for (;;) {
      const candidates = provider === null
        ? providers.candidates()
        : [providers.find(provider)].filter((found) => found !== null);
      const result = await this.#race(candidates, signal);
      if (result.kind === "hurried" && !signal.aborted) continue;
      const last = result.kind === "hurried" ? { kind: "failed" } as const : result;
      if (last.kind !== "failed" || provider === null || signal.aborted) return last;
      await pause(tasks, RETRY_MS, signal);
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
    const hurry = () => {
      hurried.abort();
      round.abort();
    };
    this.#hurry = hurry;
    const { dialer, standby, tasks, log } = this.#context;
    let refusal: SearchResult = { kind: "failed" };
    const failures: ReachFailure[] = [];
    const fromStandby = new Set<Link>();
    const parked = candidates.map(async ({ key }) => {
      const link = await standby.takeAnswering(key, FRESH_MS, limited);
      if (link === null) throw new ConnFailed("unreachable", `Cannot use ${key}: no link answers`);
      fromStandby.add(link);
      return link;
    });
    const dialled = candidates.map(async (provider) => {
      try {
        return await dialer.openAtOnce(provider, limited);
      } catch (error) {
        if (error instanceof LinkRefused) {
          refusal = { kind: "refused", code: error.code, sentence: error.sentence };
        }
        const reason = sentenceOf(error);
        const isCalledOff = limited.aborted;
        // Who only hangs up, as a SNAPT does that is being ended, is no stranger.
        if (!isCalledOff && error instanceof ProtocolViolation && error.code !== "truncated") {
          log.warn("not-our-snapt", { provider: provider.key, reason });
        }
        if (!isCalledOff) failures.push({ provider: provider.key, reason });
        throw error;
      }
    });
    const attempts = [...parked, ...dialled];
    try {
      const winner = await Promise.any(attempts);
      for (const attempt of attempts) {
        // Why the others failed is of no interest any more, unless the mistake is ours.
        tasks.run("lost the race", async () => {
          try {
            const link = await attempt;
            if (link !== winner) link.close();
          } catch (error) {
            passOnUnlessLinkFailed(error);
          }
        });
      }
      // A link that was parked there and well would have answered sooner than a new one.
      if (!fromStandby.has(winner)) standby.abandon(winner.provider);
      this.#failures.clear();
      return { kind: "found", link: winner };
    } catch (error) {
      if (!(error instanceof AggregateError)) throw error;
      for (const one of error.errors) passOnUnlessLinkFailed(one);
      if (hurried.signal.aborted) return { kind: "hurried" };
      if (candidates.length === 0) failures.push({ provider: "", reason: "there is no network" });
      for (const failure of this.#failures.roundFailed(failures)) {
        log.warn("cannot-reach-snapt", { ...failure });
      }
      return refusal;
    } finally {
      if (this.#hurry === hurry) this.#hurry = null;
      round.abort();
    }
  }
}
