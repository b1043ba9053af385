/** Bounds on what one source address may cost before it has authenticated. */
export interface SourceLimitSettings {
  /** Connections of one source that are not authenticated, at the same time. */
  readonly pendingPerSource: number;
  /** New connections of one source in a second that may fail to authenticate. */
  readonly failuresPerSecond: number;
  /** Connections of all sources that are not authenticated. */
  readonly pending: number;
}

interface Source {
  pending: number;
  /** Failures that count against the source; drains with time. */
  failures: number;
  drainedAt: number;
}

/**
 * Decides whether a new connection may try to authenticate. Only connections that are pending
 * and failures count, so that however many links a live session has, and however often it comes
 * back, it is not held up by its own success.
 */
export class SourceLimits {
  readonly #settings: SourceLimitSettings;
  readonly #sources = new Map<string, Source>();
  #pending = 0;

  constructor(settings: SourceLimitSettings) {
    this.#settings = settings;
  }

  get pending(): number {
    return this.#pending;
  }

  /** Whether `source` may try; if so, `leave` must be called when it succeeded or failed. */
  tryEnter(source: string, now: number): boolean {
    const entry = this.#entry(source, now);
    if (
      this.#pending >= this.#settings.pending ||
      entry.pending >= this.#settings.pendingPerSource ||
      entry.failures >= this.#settings.failuresPerSecond
    ) {
      return false;
    }
    entry.pending += 1;
    this.#pending += 1;
    return true;
  }

  leave(source: string, outcome: "succeeded" | "failed", now: number): void {
    const entry = this.#entry(source, now);
    entry.pending -= 1;
    this.#pending -= 1;
    if (outcome === "failed") entry.failures += 1;
    if (entry.pending === 0 && entry.failures === 0) this.#sources.delete(source);
  }

  /** Forgets sources that have nothing pending and whose failures have drained. */
  sweep(now: number): void {
    for (const source of [...this.#sources.keys()]) {
      const entry = this.#entry(source, now);
      if (entry.pending === 0 && entry.failures === 0) this.#sources.delete(source);
    }
  }

  #entry(source: string, now: number): Source {
    const known = this.#sources.get(source);
    if (known === undefined) {
      const entry = { pending: 0, failures: 0, drainedAt: now };
      this.#sources.set(source, entry);
      return entry;
    }
    const drained = (now - known.drainedAt) / 1_000 * this.#settings.failuresPerSecond;
    known.failures = Math.max(0, known.failures - drained);
    known.drainedAt = now;
    return known;
  }
}
