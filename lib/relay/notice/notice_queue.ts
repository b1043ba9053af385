/** So many notices wait for a receiver; an older one makes room for a newer one. */
const MAX_WAITING = 16;
/** A receiver that takes longer for one notice is given up on for this one. */
export const DELIVERY_LIMIT_MS = 5_000;

/** Gives one notice to a receiver; ends soon after `signal` is aborted. */
export type Deliver = (text: string, signal: AbortSignal) => Promise<void>;

/** How a receiver fares, for the status. */
export interface ReceiverSnapshot {
  readonly to: string;
  readonly delivered: number;
  /** Notices that gave way to newer ones, because the receiver was too slow. */
  readonly dropped: number;
  readonly failed: number;
  /** Why the last delivery failed; null when it did not. */
  readonly lastFailure: string | null;
  readonly waiting: number;
}

/** What waits for one receiver. Nobody waits for the receiver but this queue. */
export class NoticeQueue {
  readonly #name: string;
  readonly #deliver: Deliver;
  readonly #limitMs: number;
  readonly #closing = new AbortController();
  readonly #waiting: string[] = [];
  #working: Promise<void> | null = null;
  #delivered = 0;
  #dropped = 0;
  #failed = 0;
  #lastFailure: string | null = null;

  constructor(name: string, deliver: Deliver, limitMs: number = DELIVERY_LIMIT_MS) {
    this.#name = name;
    this.#deliver = deliver;
    this.#limitMs = limitMs;
  }

  push(text: string): void {
    if (this.#closing.signal.aborted) return;
    this.#waiting.push(text);
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
    this.#working ??= this.#work();
  }

  snapshot(): ReceiverSnapshot {
    return {
      to: this.#name,
      delivered: this.#delivered,
      dropped: this.#dropped,
      failed: this.#failed,
      lastFailure: this.#lastFailure,
      waiting: this.#waiting.length,
    };
  }

  /** Gives up what waits and what is under way. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    this.#closing.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    await Promise.resolve(); // whoever tells of a switch goes on first
    for (let text = this.#waiting.shift(); text !== undefined; text = this.#waiting.shift()) {
      await this.#deliverOne(text);
    }
    this.#working = null;
  }

  async #deliverOne(text: string): Promise<void> {
    const overdue = new AbortController();
    const timer = setTimeout(() => overdue.abort(), this.#limitMs);
    try {
      await this.#deliver(text, AbortSignal.any([overdue.signal, this.#closing.signal]));
      this.#delivered += 1;
      this.#lastFailure = null;
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#failed += 1;
      this.#lastFailure = overdue.signal.aborted
        ? `it took longer than ${this.#limitMs} ms`
        : error instanceof Error
        ? error.message
        : String(error);
    } finally {
      clearTimeout(timer);
    }
  }
}
