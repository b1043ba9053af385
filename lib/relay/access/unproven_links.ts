import { ArrivalOrder } from "../../core/arrival_order.ts";
import type { SourceRange } from "../../core/access/source_list.ts";

/** Bounds on connections that have not authenticated yet. */
export interface UnprovenLimits {
  /** Of one source address. */
  readonly pendingPerSource: number;
  /** Of all sources together. */
  readonly pending: number;
  /** Wrong keys and garbage that one source may send in a second before it is turned away. */
  readonly failuresPerSecond: number;
  /** Addresses that stand for many peers, such as load balancers: no source as a whole. */
  readonly shared?: readonly SourceRange[];
}

interface Pending {
  readonly source: string;
  readonly evict: () => void;
  /** Whether anything has come of it that costs its peer something: a TLS handshake. */
  stage: "silent" | "begun";
}

/** A place among the connections that are still to prove themselves. */
export interface UnprovenPlace {
  /** It has completed TLS: those that have not make room first. */
  begun(): void;
  /** It has proven itself, or is over. */
  leave(): void;
}

/** Among so many that have waited longest, it is chosen who makes room for another source. */
const LOOKED_AT = 16;

/** Of so many sources failures are remembered; the one that failed last longest ago is forgotten. */
export const MAX_FAILED_SOURCES = 8_192;

/**
 * For so long at most a source is not listened to after its last failure, however many there were:
 * others who share its address want to pair. It bounds no rate, which `failuresPerSecond` does.
 */
export const MAX_BLOCKED_S = 30;

interface Failures {
  count: number;
  drainedAt: number;
}

/**
 * The connections that are still to prove who they are. When there are too many, the one that
 * has waited longest makes room: who holds a key proves it within a round trip, who says nothing
 * is pushed out. Those that have not even completed TLS go first, and, where there are too many of
 * all sources, those of a source that has many. So no flood of connections keeps a live session
 * from coming back. A source is what `sourceKey` makes of an address.
 */
export class UnprovenLinks {
  readonly #limits: UnprovenLimits;
  readonly #pending = new Set<Pending>();
  readonly #perSource = new Map<string, Set<Pending>>();
  readonly #failures = new Map<string, Failures>();
  readonly #failedOrder = new ArrivalOrder<string>();

  constructor(limits: UnprovenLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#pending.size;
  }

  /** Of how many sources failures are remembered. */
  get failedSources(): number {
    return this.#failures.size;
  }

  /** Whether `source` has failed so often that it is not listened to for a while. */
  isBlocked(source: string, now: number): boolean {
    return (this.#drained(source, now)?.count ?? 0) >= this.#limits.failuresPerSecond;
  }

  /** Adds a connection; `evict` is called when it has to make room. */
  add(source: string, evict: () => void): UnprovenPlace {
    const own = this.#perSource.get(source) ?? new Set();
    if (own.size >= this.#limits.pendingPerSource) this.#evict(firstSilent(own));
    else if (this.#pending.size >= this.#limits.pending) this.evictOldest();
    const pending: Pending = { source, evict, stage: "silent" };
    this.#pending.add(pending);
    own.add(pending);
    this.#perSource.set(source, own);
    return { begun: () => pending.stage = "begun", leave: () => this.#remove(pending) };
  }

  /** A connection of `source` sent a wrong key or garbage. */
  noteFailure(source: string, now: number): void {
    const failures = this.#drained(source, now) ?? { count: 0, drainedAt: now };
    const most = this.#limits.failuresPerSecond * (1 + MAX_BLOCKED_S);
    failures.count = Math.min(failures.count + 1, most);
    this.#failures.set(source, failures);
    this.#failedOrder.add(source);
    const { oldest } = this.#failedOrder;
    if (this.#failures.size > MAX_FAILED_SOURCES && oldest !== undefined) this.#forget(oldest);
  }

  /** Forgets failures that have drained. */
  sweep(now: number): void {
    for (const source of [...this.#failures.keys()]) this.#drained(source, now);
  }

  /** Ends one of those that have waited longest, if any waits. */
  evictOldest(): void {
    this.#evict(this.#leastMissed());
  }

  evictAll(): void {
    for (const { evict } of [...this.#pending]) evict();
  }

  /** Of those that have waited longest: a silent one, of the source that has most. */
  #leastMissed(): Pending | undefined {
    const oldest: Pending[] = [];
    for (const pending of this.#pending) {
      if (oldest.push(pending) === LOOKED_AT) break;
    }
    const silent = oldest.filter(({ stage }) => stage === "silent");
    const among = silent.length > 0 ? silent : oldest;
    const crowd = ({ source }: Pending) => this.#perSource.get(source)?.size ?? 0;
    const most = Math.max(...among.map(crowd));
    return among.find((pending) => crowd(pending) === most);
  }

  #evict(pending: Pending | undefined): void {
    if (pending === undefined) return;
    this.#remove(pending);
    pending.evict();
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
    if (failures.count === 0) this.#forget(source);
    return failures;
  }

  #forget(source: string): void {
    this.#failures.delete(source);
    this.#failedOrder.delete(source);
  }
}

function firstSilent(of: ReadonlySet<Pending>): Pending | undefined {
  for (const pending of of) if (pending.stage === "silent") return pending;
  return [...of][0];
}
