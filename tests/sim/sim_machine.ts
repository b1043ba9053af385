import { AwakeClock } from "../../lib/relay/run/awake_clock.ts";
import type { Timer } from "../../lib/relay/run/clock.ts";
import { SleepyMachine } from "../sleepy_machine.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** The machine on which one of the programs runs, and the clock that the program has. */
export class SimMachine {
  readonly clock: AwakeClock;
  readonly #machine: SleepyMachine;

  constructor(time: VirtualTime) {
    this.#machine = new SleepyMachine(time.clock);
    this.clock = new AwakeClock(this.#machine, () => this.#machine.bootMs());
  }

  /** The program looks whether its machine has slept, as those that ship do, and calls `woke`. */
  watch(woke: () => void = () => {}): Timer {
    return this.clock.watch(woke);
  }

  fallAsleep(): void {
    this.#machine.fallAsleep();
  }

  wakeUp(): void {
    this.#machine.wakeUp();
  }
}
