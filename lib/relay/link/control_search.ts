import type { ProviderKey } from "../../core/path/provider_key.ts";
import { type ReachFailure, ReachFailures } from "../network/reach_failures.ts";
import { pause } from "../run/pause.ts";
import { withinLimit } from "../run/time_limit.ts";
import { SearchPause } from "./search_pause.ts";
import { type ControlSearchContext, type SearchResult, SearchRun } from "./search_run.ts";

/**
 * Looks for a control link: over one provider for a while, or over all of them until SNAPT is found.
 * A new search, or `stop`, supersedes the one before.
 */
export class ControlSearch {
  readonly #context: ControlSearchContext;
  #current: AbortController | null = null;
  #pace: "first" | "again" = "first";
  #hurry: ((provider: ProviderKey | null) => void) | null = null;
  readonly #failures = new ReachFailures();
  readonly #pause = new SearchPause();

  constructor(context: ControlSearchContext) {
    this.#context = context;
  }

  /** Why SNAPT is not reached; empty while it is. */
  get failures(): readonly ReachFailure[] {
    return this.#failures.all;
  }

  /** `provider` null: any that answers, as long as it takes; else that one, for `forMs`. */
  async run(provider: ProviderKey | null, forMs: number | null): Promise<SearchResult> {
    this.stop();
    const own = new AbortController();
    this.#current = own;
    const { tasks } = this.#context;
    if (provider === null) await this.#wait(own.signal);
    const run = new SearchRun(this.#context, {
      target: provider,
      pace: this.#pace,
      failures: this.#failures,
    });
    const hurry = (on: ProviderKey | null) => run.hurry(on);
    if (!own.signal.aborted) this.#hurry = hurry;
    const result = forMs === null ? await run.result(own.signal) : await withinLimit(
      { clock: tasks, ms: forMs, signal: own.signal },
      (limited) => run.result(limited),
    );
    if (this.#hurry === hurry) this.#hurry = null;
    if (!own.signal.aborted) {
      if (result.kind === "found") {
        this.#pause.found(tasks.now());
        this.#pace = "again";
      }
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

  /**
   * The link, the addresses or the routes of `provider` changed, or the table of providers (null): it
   * is tried at once and twice soon after, beside what is under way.
   */
  hurry(provider: ProviderKey | null = null): void {
    this.#hurry?.(provider);
  }

  stop(): void {
    this.#current?.abort();
    this.#current = null;
  }
}
