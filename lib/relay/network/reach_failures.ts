import type { ProviderKey } from "../../core/path/provider_key.ts";

/** Why SNAPT was not reached over a provider. */
export interface ReachFailure {
  readonly provider: ProviderKey;
  readonly reason: string;
}

/** What keeps CNAPT from SNAPT at this moment, each reason to be told once and not every second. */
export class ReachFailures {
  #failures: ReadonlyMap<ProviderKey, string> = new Map();

  get all(): readonly ReachFailure[] {
    return [...this.#failures].map(([provider, reason]) => ({ provider, reason }));
  }

  /** A round over all candidates has failed; returns what was not known from the round before. */
  roundFailed(failures: readonly ReachFailure[]): readonly ReachFailure[] {
    const before = this.#failures;
    this.#failures = new Map(failures.map(({ provider, reason }) => [provider, reason]));
    return this.all.filter(({ provider, reason }) => before.get(provider) !== reason);
  }

  /** SNAPT was reached. */
  clear(): void {
    this.#failures = new Map();
  }
}
