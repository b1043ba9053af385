import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { RefusalCode } from "../../core/wire/message.ts";
import type { Provider, Providers } from "../network/provider.ts";
import type { ReachFailures } from "../network/reach_failures.ts";
import { reasonCodeOf } from "../run/failure_fields.ts";
import { DeadlineTimer } from "../run/deadline_timer.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { isStranger } from "./dial_outcome.ts";
import type { Link } from "./link.ts";
import { LinkRefused } from "./link_auth.ts";
import type { LinkDialer } from "./link_dialer.ts";
import { sentenceOf } from "./link_failure.ts";
import { NetworkSearch } from "./network_search.ts";
import type { StandbyLinks } from "./standby_links.ts";

/** How often the networks are looked through, whatever happens: that they change is told at once. */
const LOOK_MS = 2_000;
/** While the one that is to be switched to is still coming up. */
const ABSENT_LOOK_MS = 250;
/**
 * When nothing is known yet, the most promising network is alone for so long, unless it fails before:
 * where it answers, no other is dialled for nothing.
 */
const HEAD_START_MS = 1_000;
/** When SNAPT has refused over one network, others may still answer for so long. */
const REFUSAL_WAIT_MS = 3_000;

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
 * One search for a control link, until SNAPT is found or it is called off: each network has its own
 * schedule of dials, and the first link wins. What is under way on one is never waited for elsewhere.
 */
export class SearchRun {
  readonly #context: ControlSearchContext;
  readonly #target: ProviderKey | null;
  /** `first`: there was no session yet, and nobody waits for it who was interrupted. */
  readonly #pace: "first" | "again";
  readonly #failures: ReachFailures;
  readonly #networks = new Map<ProviderKey, NetworkSearch>();
  readonly #timer: DeadlineTimer;
  readonly #result = Promise.withResolvers<SearchResult>();
  #state: "new" | "searching" | "over" = "new";
  /** Why each network failed since that was last told. */
  readonly #failed = new Map<ProviderKey, unknown>();
  #refusal: { readonly result: SearchResult; readonly until: number } | null = null;

  /** `target`: the only network to look on; null: all that there are. */
  constructor(
    context: ControlSearchContext,
    search: {
      readonly target: ProviderKey | null;
      readonly pace: "first" | "again";
      readonly failures: ReachFailures;
    },
  ) {
    this.#context = context;
    this.#target = search.target;
    this.#pace = search.pace;
    this.#failures = search.failures;
    this.#timer = new DeadlineTimer(context.tasks, () => this.#look());
  }

  /** `failed`: it was called off by `signal`, or the session has ended. */
  async result(signal: AbortSignal): Promise<SearchResult> {
    const ending = AbortSignal.any([signal, this.#context.tasks.signal]);
    const callOff = () => this.#end({ kind: "failed" });
    ending.addEventListener("abort", callOff, { once: true });
    this.#state = "searching";
    if (ending.aborted) callOff();
    this.#look();
    try {
      return await this.#result.promise;
    } finally {
      ending.removeEventListener("abort", callOff);
    }
  }

  /** Something happened to `provider`, or to the table of them (null): new dials begin at once. */
  hurry(provider: ProviderKey | null): void {
    const { dialer, tasks } = this.#context;
    if (provider !== null) dialer.refusals.on(provider).stirred(tasks.now());
    for (const [key, network] of this.#networks) {
      if (provider === null || provider === key) network.hurry();
    }
    this.#look();
  }

  #candidates(): readonly Provider[] {
    const { providers } = this.#context;
    if (this.#target === null) return providers.candidates();
    const found = providers.find(this.#target);
    return found === null ? [] : [found];
  }

  /** Begins what is due on all networks, and comes back when the next is. */
  #look(): void {
    if (this.#state !== "searching") return;
    const now = this.#context.tasks.now();
    if (this.#refusal !== null && now >= this.#refusal.until) {
      return this.#end(this.#refusal.result);
    }
    const candidates = this.#candidates();
    this.#forgetOthers(candidates);
    const isAbsent = this.#target !== null && candidates.length === 0;
    let nextAt = now + (isAbsent ? ABSENT_LOOK_MS : LOOK_MS);
    for (const provider of candidates) {
      const network = this.#networkOf(provider.key);
      if (network.look(provider) === "found") return;
      nextAt = Math.min(nextAt, network.dueAt);
    }
    if (candidates.length === 0) {
      this.#tell([{ provider: "", reason: "there is no network" }], new Map());
    }
    this.#timer.set(Math.min(nextAt, this.#refusal?.until ?? Infinity));
  }

  #networkOf(key: ProviderKey): NetworkSearch {
    const known = this.#networks.get(key);
    if (known !== undefined) return known;
    const { dialer, standby, tasks } = this.#context;
    const network = new NetworkSearch(key, {
      dialer,
      standby,
      tasks,
      found: (link, by) => this.#found(link, by),
      failed: (provider, error) => this.#networkFailed(provider, error),
    });
    const isSecond = this.#pace === "first" && this.#networks.size > 0 && this.#failed.size === 0;
    if (isSecond) network.holdBack(tasks.now() + HEAD_START_MS);
    this.#networks.set(key, network);
    return network;
  }

  #forgetOthers(candidates: readonly Provider[]): void {
    for (const [key, network] of this.#networks) {
      if (candidates.some((candidate) => candidate.key === key)) continue;
      network.stop();
      this.#networks.delete(key);
      this.#failed.delete(key);
    }
  }

  #found(link: Link, by: "question" | "dial"): void {
    if (this.#state === "over") return link.close();
    // A link that was parked there and well would have answered sooner than a new one.
    if (by === "dial") this.#context.standby.abandon(link.provider);
    this.#failures.clear();
    this.#end({ kind: "found", link });
  }

  #networkFailed(provider: ProviderKey, error: unknown): void {
    if (this.#state !== "searching") return;
    if (error instanceof LinkRefused) {
      const result = { kind: "refused", code: error.code, sentence: error.sentence } as const;
      this.#refusal ??= { result, until: this.#context.tasks.now() + REFUSAL_WAIT_MS };
    }
    this.#failed.set(provider, error);
    if (this.#pace === "first") {
      for (const network of this.#networks.values()) {
        network.release();
      }
    }
    if ([...this.#networks.keys()].every((key) => this.#failed.has(key))) this.#allFailed();
    this.#look();
  }

  /** Each network has failed since that was told last. */
  #allFailed(): void {
    const failed = [...this.#failed];
    this.#failed.clear();
    const news = this.#tell(
      failed.map(([provider, error]) => ({ provider, reason: sentenceOf(error) })),
      new Map(failed.map(([provider, error]) => [provider, codeOf(error)])),
    );
    for (const [provider, error] of failed) {
      if (!isStranger(error) || !news.has(provider)) continue;
      const fields = { provider, ...codeOf(error), reason: sentenceOf(error) };
      this.#context.log.warn("not-our-snapt", fields);
    }
    if (this.#refusal !== null) this.#end(this.#refusal.result);
  }

  /** Says of which networks it was not known that they fail, or why. */
  #tell(
    failures: Parameters<ReachFailures["roundFailed"]>[0],
    codes: ReadonlyMap<ProviderKey, ReturnType<typeof codeOf>>,
  ): ReadonlySet<ProviderKey> {
    const news = this.#failures.roundFailed(failures);
    for (const { provider, reason } of news) {
      const fields = { provider, ...codes.get(provider), reason };
      this.#context.log.warn("cannot-reach-snapt", fields);
    }
    return new Set(news.map(({ provider }) => provider));
  }

  #end(result: SearchResult): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#timer.set(Infinity);
    for (const network of this.#networks.values()) network.stop();
    this.#result.resolve(result);
  }
}

/** The word for it, also of what SNAPT itself has said. */
function codeOf(error: unknown): ReturnType<typeof reasonCodeOf> {
  return error instanceof LinkRefused ? { reason_code: error.code } : reasonCodeOf(error);
}
