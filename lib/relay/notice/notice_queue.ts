import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import { whoseFault } from "../run/whose_fault.ts";

/** So many notices wait for a receiver; an older one makes room for a newer one. */
const MAX_WAITING = 16;
/** A receiver that takes longer for one notice is given up on for this one. */
export const DELIVERY_LIMIT_MS = 5_000;

/**
 * Gives one notice to a receiver; ends soon after `signal` is aborted.
 *
 * @throws {ConnFailed} the receiver did not take it
 * @throws {CommandBroken} the same, where it is a program
 */
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

/** Somebody who is to be told; `name` is what the status calls it. */
export interface NoticeReceiver {
  readonly name: string;
  readonly deliver: Deliver;
}

/** What waits for one receiver. Nobody waits for the receiver but this queue. */
export class NoticeQueue {
  readonly #receiver: NoticeReceiver;
  readonly #tasks: TaskGroup;
  readonly #waiting: string[] = [];
  #state: "idle" | "working" = "idle";
  #delivered = 0;
  #dropped = 0;
  #failed = 0;
  #lastFailure: string | null = null;

  /** `tasks`: what the queue runs by itself is a part of this group. */
  constructor(receiver: NoticeReceiver, tasks: TaskGroup) {
    this.#receiver = receiver;
    this.#tasks = tasks.child(receiver.name, "keepGoing");
  }

  push(text: string): void {
    if (this.#tasks.isClosed) return;
    this.#waiting.push(text);
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
    if (this.#state === "working") return;
    this.#state = "working";
    this.#tasks.run("deliver", () => this.#work());
  }

  snapshot(): ReceiverSnapshot {
    return {
      to: this.#receiver.name,
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
    this.#tasks.close();
    await this.#tasks.done();
  }

  async #work(): Promise<void> {
    await Promise.resolve(); // whoever tells of a switch goes on first
    for (let text = this.#waiting.shift(); text !== undefined; text = this.#waiting.shift()) {
      await this.#deliverOne(text);
    }
    this.#state = "idle";
  }

  async #deliverOne(text: string): Promise<void> {
    const limit = { clock: this.#tasks, ms: DELIVERY_LIMIT_MS, signal: this.#tasks.signal };
    let isOverdue = false;
    try {
      await withinLimit(limit, async (signal) => {
        try {
          await this.#receiver.deliver(text, signal);
        } finally {
          isOverdue = signal.aborted;
        }
      });
      this.#delivered += 1;
      this.#lastFailure = null;
    } catch (error) {
      if (this.#tasks.isClosed) return;
      this.#failed += 1;
      const reason = error instanceof Error ? error.message : String(error);
      this.#lastFailure = isOverdue ? `it took longer than ${DELIVERY_LIMIT_MS} ms` : reason;
      if (!isOverdue && whoseFault(error) === "ours") this.#tasks.fault("deliver", error);
    }
  }
}
