import type { Timer } from "../../relay/run/clock.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";

/** One change of the network is many lines of the monitor, one after the other for so long. */
const BURST_MS = 50;

/** Passes on which devices something has happened to: at once, and once more after each burst. */
export class StirredDevices {
  readonly #tasks: TaskGroup;
  readonly #tell: (devices: readonly string[]) => void;
  /** What has been named since it was told last. */
  #later = new Set<string>();
  #isUnnamed: "no" | "yes" = "no";
  #pausing: Timer | null = null;

  /** `tell` hears of no devices where nobody can say which. */
  constructor(tasks: TaskGroup, tell: (devices: readonly string[]) => void) {
    this.#tasks = tasks;
    this.#tell = tell;
  }

  add(devices: readonly string[]): void {
    if (this.#pausing === null) {
      this.#pause();
      return this.#tell(devices);
    }
    if (devices.length === 0) this.#isUnnamed = "yes";
    for (const device of devices) this.#later.add(device);
  }

  #pause(): void {
    this.#pausing = this.#tasks.timer(BURST_MS, () => {
      this.#pausing = null;
      const devices = this.#isUnnamed === "yes" ? [] : [...this.#later];
      if (this.#isUnnamed === "no" && devices.length === 0) return;
      this.#isUnnamed = "no";
      this.#later = new Set();
      this.#pause();
      this.#tell(devices);
    });
  }
}
