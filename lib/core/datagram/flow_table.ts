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
  readonly #limit: number;
  readonly #flows = new Map<number, Flow>();

  constructor(limit: number) {
    this.#limit = limit;
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
    if (this.#flows.size < this.#limit) return { kind: "fits" };
    let oldest: Flow | null = null;
    for (const flow of this.#flows.values()) {
      if (flow.answered || flow.source !== source) continue;
      if (oldest === null || flow.usedAt < oldest.usedAt) oldest = flow;
    }
    return oldest === null ? { kind: "full" } : { kind: "evict", flow: oldest };
  }

  add(flow: Flow): void {
    this.#flows.set(flow.number, flow);
  }

  delete(flow: Flow): boolean {
    return this.#flows.get(flow.number) === flow && this.#flows.delete(flow.number);
  }

  /** The flows that were idle for too long. */
  idle(now: number): Flow[] {
    return [...this.#flows.values()].filter((flow) => now - flow.usedAt >= flow.idleMs);
  }

  /** When the next flow may have been idle for too long. */
  nextIdleAt(): number {
    let at = Infinity;
    for (const flow of this.#flows.values()) at = Math.min(at, flow.usedAt + flow.idleMs);
    return at;
  }
}
