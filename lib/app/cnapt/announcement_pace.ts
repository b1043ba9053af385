import type { AnnouncedService } from "../../core/wire/record_message.ts";
import { pause } from "../../relay/run/pause.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";

/** A new session begins no sooner either, so what it announces first never waits. */
const PAUSE_MS = 1_000;

/**
 * How often what SNAPT announces is taken. It may announce as often as it likes, and all of it
 * costs ports and a file: the first is taken at once, and of what comes until a second after that
 * only the newest.
 */
export class AnnouncementPace {
  readonly #tasks: TaskGroup;
  readonly #take: (services: readonly AnnouncedService[]) => Promise<void>;
  #newest: readonly AnnouncedService[] | null = null;
  #state: "idle" | "taking" = "idle";

  constructor(tasks: TaskGroup, take: (services: readonly AnnouncedService[]) => Promise<void>) {
    this.#tasks = tasks;
    this.#take = take;
  }

  heard(services: readonly AnnouncedService[]): void {
    this.#newest = services;
    if (this.#state === "idle") this.#tasks.run("announcements", () => this.#takeAll());
  }

  async #takeAll(): Promise<void> {
    this.#state = "taking";
    try {
      for (let newest = this.#next(); newest !== null; newest = this.#next()) {
        await this.#take(newest);
        await pause(this.#tasks, PAUSE_MS, this.#tasks.signal);
      }
    } finally {
      this.#state = "idle";
    }
  }

  #next(): readonly AnnouncedService[] | null {
    const newest = this.#tasks.isClosed ? null : this.#newest;
    this.#newest = null;
    return newest;
  }
}
