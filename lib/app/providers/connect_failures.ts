import type { ProviderKey } from "../../core/path/provider_key.ts";

/** What failed is tried again after that, and then after twice as long each time. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

/** Which providers could not be connected lately, so that nobody tries without a break. */
export class ConnectFailures {
  readonly #failures = new Map<ProviderKey, { detail: string; pauseMs: number; until: number }>();

  add(provider: ProviderKey, detail: string, now: number): void {
    const before = this.#failures.get(provider);
    const pauseMs = before === undefined
      ? FIRST_PAUSE_MS
      : now < before.until
      ? before.pauseMs
      : Math.min(before.pauseMs * 2, LONGEST_PAUSE_MS);
    this.#failures.set(provider, { detail, pauseMs, until: now + pauseMs });
  }

  /** Why it is left alone for now; null when it may be tried. */
  of(provider: ProviderKey, now: number): string | null {
    const failure = this.#failures.get(provider);
    if (failure === undefined || now >= failure.until) return null;
    const seconds = Math.ceil((failure.until - now) / 1_000);
    return `${failure.detail} (tried again in ${seconds} s)`;
  }

  clear(provider: ProviderKey): void {
    this.#failures.delete(provider);
  }
}
