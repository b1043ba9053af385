import type { Notice } from "../../core/notice/notice.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { NoticeQueue, type NoticeReceiver, type ReceiverSnapshot } from "./notice_queue.ts";

/** So many programs may listen to `/events` at once. */
const MAX_LISTENERS = 32;
/** So many are shown to whoever comes later. */
const MAX_RECENT = 12;

/** A program that listens to `/events`. Neither call may throw or wait. */
export interface NoticeListener {
  noticed(text: string, notice: Notice): void;
  ended(): void;
}

/** Passes notices to all who asked for them; to publish one takes no time. */
export class NoticeBoard {
  readonly #tasks: TaskGroup;
  #queues: readonly NoticeQueue[];
  readonly #listeners = new Set<NoticeListener>();
  readonly #followers: NoticeListener[] = [];
  #recent: Notice[] = [];
  #published = 0;
  #state: "open" | "closed" = "open";

  constructor(receivers: readonly NoticeReceiver[], tasks: TaskGroup) {
    this.#tasks = tasks.child("notices", "keepGoing");
    this.#queues = this.#queuesOf(receivers);
  }

  /** From now on these are told, and nobody else; what waits for those of before is given up. */
  useReceivers(receivers: readonly NoticeReceiver[]): void {
    if (this.#state === "closed") return;
    for (const queue of this.#queues) this.#tasks.run("end receiver", () => queue.close());
    this.#queues = this.#queuesOf(receivers);
  }

  publish(notice: Notice): void {
    if (this.#state === "closed") return;
    this.#published += 1;
    const text = JSON.stringify(notice);
    for (const queue of this.#queues) queue.push(text);
    this.#recent = [...this.#recent.slice(1 - MAX_RECENT), notice];
    for (const listener of [...this.#listeners, ...this.#followers]) listener.noticed(text, notice);
  }

  /** Tells a part of the program itself, which is not counted, until the end. */
  follow(follower: NoticeListener): void {
    if (this.#state === "closed") return follower.ended();
    this.#followers.push(follower);
  }

  /** False: there are too many already, or the program is stopping. */
  listen(listener: NoticeListener): boolean {
    if (this.#state === "closed" || this.#listeners.size >= MAX_LISTENERS) return false;
    this.#listeners.add(listener);
    return true;
  }

  leave(listener: NoticeListener): void {
    this.#listeners.delete(listener);
  }

  snapshot(): NoticesSnapshot {
    return {
      published: this.#published,
      listeners: this.#listeners.size,
      recent: this.#recent,
      receivers: this.#queues.map((queue) => queue.snapshot()),
    };
  }

  async close(): Promise<void> {
    this.#state = "closed";
    for (const listener of [...this.#listeners, ...this.#followers]) listener.ended();
    this.#listeners.clear();
    this.#followers.length = 0;
    await Promise.all(this.#queues.map((queue) => queue.close()));
  }

  #queuesOf(receivers: readonly NoticeReceiver[]): readonly NoticeQueue[] {
    return receivers.map((receiver) => new NoticeQueue(receiver, this.#tasks));
  }
}

/** For the status. */
export interface NoticesSnapshot {
  readonly published: number;
  /** Programs that listen to `/events`. */
  readonly listeners: number;
  /** The newest last. */
  readonly recent: readonly Notice[];
  readonly receivers: readonly ReceiverSnapshot[];
}
