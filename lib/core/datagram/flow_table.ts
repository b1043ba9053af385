import { ArrivalOrder } from "../arrival_order.ts";

/** What the table knows of a flow, whatever else it is. */
export interface TimedFlow {
  readonly number: number;
  /** Who opened it, as far as limits are concerned: a host, or a session. */
  readonly source: string;
  readonly idleMs: number;
  /** When anything was last sent or received. */
  usedAt: number;
  /** Whether anything ever came back. */
  answered: boolean;
}

/**
 * The flows of one side, by number. UDP has no end, so a flow ends when nothing was sent or received
 * for its idle time; and when there are too many, one that was never answered makes room for a new
 * one of the same source, as floods of new flows leave such behind and conversations do not.
 */
export class FlowTable<Flow extends TimedFlow> {
  readonly #limit: () => number;
  readonly #flows = new Map<number, Flow>();
  /** Those that may be unanswered, of each source. */
  readonly #unanswered = new Map<string, ArrivalOrder<Flow>>();
  /** The use for which each of these was queued. */
  readonly #queuedAt = new Map<Flow, number>();
  #pausedAt: number | null = null;

  /** `limit`: what it is at each moment, where it changes; flows that are there stay. */
  constructor(limit: number | (() => number)) {
    this.#limit = typeof limit === "number" ? () => limit : limit;
  }

  get size(): number {
    return this.#flows.size;
  }
  get(number: number): Flow | undefined {
    return this.#flows.get(number);
  }
  values(): IterableIterator<Flow> {
    return this.#flows.values();
  }

  /** What has to go before a new flow of `source` fits: none, one, or it does not fit. */
  makeRoom(source: string): { kind: "fits" } | { kind: "evict"; flow: Flow } | { kind: "full" } {
    if (this.#flows.size < this.#limit()) return { kind: "fits" };
    const oldest = this.#oldestUnanswered(source);
    return oldest === null ? { kind: "full" } : { kind: "evict", flow: oldest };
  }

  add(flow: Flow): void {
    const before = this.#flows.get(flow.number);
    if (before !== undefined) this.delete(before);
    this.#flows.set(flow.number, flow);
    const queue = this.#unanswered.get(flow.source) ?? new ArrivalOrder<Flow>();
    this.#unanswered.set(flow.source, queue);
    this.#queue(queue, flow);
  }

  delete(flow: Flow): boolean {
    if (this.#flows.get(flow.number) !== flow) return false;
    this.#unqueue(flow);
    return this.#flows.delete(flow.number);
  }

  /** Nothing can be sent or received for now: that time does not count as idle. */
  pauseIdle(now: number): void {
    this.#pausedAt ??= now;
  }

  resumeIdle(now: number): void {
    if (this.#pausedAt === null) return;
    const pausedMs = now - this.#pausedAt;
    for (const flow of this.#flows.values()) flow.usedAt = Math.min(now, flow.usedAt + pausedMs);
    this.#pausedAt = null;
  }

  /** The flows that were idle for too long. */
  idle(now: number): Flow[] {
    if (this.#pausedAt !== null) return [];
    return [...this.#flows.values()].filter((flow) => now - flow.usedAt >= flow.idleMs);
  }

  /** When the next flow may have been idle for too long. */
  nextIdleAt(): number {
    let at = Infinity;
    if (this.#pausedAt !== null) return at;
    for (const flow of this.#flows.values()) at = Math.min(at, flow.usedAt + flow.idleMs);
    return at;
  }

  /**
   * The first that was not used since it was queued. Those before it go to the end, so each use
   * costs one step here at most, however many flows there are.
   */
  #oldestUnanswered(source: string): Flow | null {
    const queue = this.#unanswered.get(source);
    for (let flow = queue?.oldest; queue !== undefined && flow !== undefined; flow = queue.oldest) {
      if (!flow.answered && flow.usedAt === this.#queuedAt.get(flow)) return flow;
      if (flow.answered) this.#unqueue(flow);
      else this.#queue(queue, flow);
    }
    return null;
  }

  #queue(queue: ArrivalOrder<Flow>, flow: Flow): void {
    queue.add(flow);
    this.#queuedAt.set(flow, flow.usedAt);
  }

  #unqueue(flow: Flow): void {
    const queue = this.#unanswered.get(flow.source);
    queue?.delete(flow);
    this.#queuedAt.delete(flow);
    if (queue?.size === 0) this.#unanswered.delete(flow.source);
  }
}
