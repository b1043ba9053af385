import type { TaskGroup } from "./task_group.ts";

/** After so many frames in a row of one link it is the turn of others, if they came that fast. */
const FRAMES_IN_A_ROW = 24;
const ROW_MS = 8;

/**
 * How fast the frames of one link are taken. Frames are small and cost much; whoever sends more of
 * them than any session needs, thousands a second, has a few in each turn of the event loop.
 */
export class FramePace {
  readonly #tasks: TaskGroup;
  #taken = 0;
  #since: number;

  constructor(tasks: TaskGroup) {
    this.#tasks = tasks;
    this.#since = tasks.now();
  }

  /** After a frame was taken. Null: go on; otherwise it is the turn of others first. */
  taken(): Promise<void> | null {
    if (++this.#taken < FRAMES_IN_A_ROW) return null;
    const now = this.#tasks.now();
    const isFast = now - this.#since < ROW_MS;
    this.#taken = 0;
    this.#since = now;
    return isFast ? this.#tasks.turns.others() : null;
  }
}
