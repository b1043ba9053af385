/** Bounds on connections that have not authenticated yet. */
export interface UnprovenLimits {
  /** Of one source address. */
  readonly pendingPerSource: number;
  /** Of all sources together. */
  readonly pending: number;
  /** Wrong keys and garbage that one source may send in a second before it is turned away. */
  readonly failuresPerSecond: number;
}

interface Pending {
  readonly source: string;
  readonly evict: () => void;
}

interface Failures {
  count: number;
  drainedAt: number;
}

/**
 * The connections that are still to prove who they are. When there are too many, the one that
 * has waited longest makes room: who holds a key proves it within a round trip, who says nothing
 * is pushed out. So no flood of silent connections keeps a live session from coming back.
 */
export class UnprovenLinks {
  readonly #limits: UnprovenLimits;
  readonly #pending = new Set<Pending>();
  readonly #perSource = new Map<string, Set<Pending>>();
  readonly #failures = new Map<string, Failures>();

  constructor(limits: UnprovenLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#pending.size;
  }

  /** Whether `source` has failed so often that it is not listened to for a while. */
  isBlocked(source: string, now: number): boolean {
    return (this.#drained(source, now)?.count ?? 0) >= this.#limits.failuresPerSecond;
  }

  /** Adds a connection; `evict` is called when it has to make room. Returns what removes it. */
  add(source: string, evict: () => void): () => void {
    const own = this.#perSource.get(source) ?? new Set();
    if (own.size >= this.#limits.pendingPerSource) this.#evictFirst(own);
    else if (this.#pending.size >= this.#limits.pending) this.evictOldest();
    const pending = { source, evict };
    this.#pending.add(pending);
    own.add(pending);
    this.#perSource.set(source, own);
    return () => this.#remove(pending);
  }

  /** A connection of `source` sent a wrong key or garbage. */
  noteFailure(source: string, now: number): void {
    const failures = this.#drained(source, now) ?? { count: 0, drainedAt: now };
    failures.count += 1;
    this.#failures.set(source, failures);
  }

  /** Forgets failures that have drained. */
  sweep(now: number): void {
    for (const source of [...this.#failures.keys()]) this.#drained(source, now);
  }

  /** Ends the one that has waited longest, if any waits. */
  evictOldest(): void {
    this.#evictFirst(this.#pending);
  }

  evictAll(): void {
    for (const { evict } of [...this.#pending]) evict();
  }

  #evictFirst(from: ReadonlySet<Pending>): void {
    const [oldest] = from;
    if (oldest === undefined) return;
    this.#remove(oldest);
    oldest.evict();
  }

  #remove(pending: Pending): void {
    this.#pending.delete(pending);
    const own = this.#perSource.get(pending.source);
    own?.delete(pending);
    if (own?.size === 0) this.#perSource.delete(pending.source);
  }

  #drained(source: string, now: number): Failures | null {
    const failures = this.#failures.get(source);
    if (failures === undefined) return null;
    const drained = (now - failures.drainedAt) / 1_000 * this.#limits.failuresPerSecond;
    failures.count = Math.max(0, failures.count - drained);
    failures.drainedAt = now;
    if (failures.count === 0) this.#failures.delete(source);
    return failures;
  }
}
