import type { ProviderKey } from "../../core/path/provider_key.ts";

/** Pause before a failed dial is repeated. */
const RETRY_MS = 500;
/** So many dials at once find out whether a network works again; one, where they were refused. */
const TRIES = 4;

/**
 * Keeps dials that fail from being repeated as fast as they fail: where one has failed, none is
 * begun for a while, and then only a few at once until one succeeds.
 */
export class DialPause {
  readonly #pauses = new Map<ProviderKey, { readonly until: number; readonly tries: number }>();

  /** Whether more may be dialled than before. */
  succeeded(provider: ProviderKey): boolean {
    return this.#pauses.delete(provider);
  }

  /** `refusedUntil`: where connections are refused, when the next may be tried. */
  failed(provider: ProviderKey, now: number, refusedUntil = -Infinity): void {
    // Dials that fail together are one failure.
    const until = this.#pauses.get(provider)?.until ?? -Infinity;
    const next = Math.max(until <= now ? now + RETRY_MS : until, refusedUntil);
    this.#pauses.set(provider, { until: next, tries: now < refusedUntil ? 1 : TRIES });
  }

  /** Who wants links of `provider` again asks for another thing than before. */
  forget(provider: ProviderKey): void {
    this.#pauses.delete(provider);
  }

  /** How many of `wanted` dials may be under way, and when it is worth asking again. */
  allowed(
    provider: ProviderKey,
    wanted: number,
    now: number,
  ): { readonly count: number; readonly askAt: number | null } {
    const pause = this.#pauses.get(provider);
    if (pause === undefined) return { count: wanted, askAt: null };
    const { until, tries } = pause;
    return now < until
      ? { count: 0, askAt: until }
      : { count: Math.min(wanted, tries), askAt: null };
  }
}
