import type { ProviderKey } from "../../core/path/provider_key.ts";

/** Pause before a failed dial is repeated. */
const RETRY_MS = 500;
/** So many dials at once find out whether a network works again. */
const TRIES = 4;

/**
 * Keeps dials that fail from being repeated as fast as they fail: where one has failed, none is
 * begun for a while, and then only a few at once until one succeeds.
 */
export class DialPause {
  readonly #until = new Map<ProviderKey, number>();

  /** Whether more may be dialled than before. */
  succeeded(provider: ProviderKey): boolean {
    return this.#until.delete(provider);
  }

  failed(provider: ProviderKey, now: number): void {
    // Dials that fail together are one failure.
    if ((this.#until.get(provider) ?? -Infinity) <= now) this.#until.set(provider, now + RETRY_MS);
  }

  /** Who wants links of `provider` again asks for another thing than before. */
  forget(provider: ProviderKey): void {
    this.#until.delete(provider);
  }

  /** How many of `wanted` dials may be under way, and when it is worth asking again. */
  allowed(
    provider: ProviderKey,
    wanted: number,
    now: number,
  ): { readonly count: number; readonly askAt: number | null } {
    const until = this.#until.get(provider);
    if (until === undefined) return { count: wanted, askAt: null };
    return now < until
      ? { count: 0, askAt: until }
      : { count: Math.min(wanted, TRIES), askAt: null };
  }
}
