import { AwakeClock } from "../../../../lib/relay/run/awake_clock.ts";
import type { Clock, Timer } from "../../../../lib/relay/run/clock.ts";
import { assertEquals } from "../../../assert.ts";
import { SleepyMachine } from "../../../sleepy_machine.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

/** A program that is stopped: the clock of its machine runs on, and overdue timers ring afterwards. */
class StoppedProgram implements Clock {
  readonly #world: VirtualClock;
  #overdue: (() => void)[] | null = null;

  constructor(world: VirtualClock) {
    this.#world = world;
  }

  now(): number {
    return this.#world.now();
  }
  date(): Date {
    return this.#world.date();
  }
  timer(delayMs: number, ring: () => void): Timer {
    return this.#world.timer(delayMs, () => {
      if (this.#overdue === null) ring();
      else this.#overdue.push(ring);
    });
  }
  turn(go: () => void): void {
    this.#world.turn(go);
  }
  stop(): void {
    this.#overdue = [];
  }
  goOn(): void {
    const overdue = this.#overdue ?? [];
    this.#overdue = null;
    for (const ring of overdue) ring();
  }
}

Deno.test("the time that a machine sleeps does not count, and is told on waking", async () => {
  const world = new VirtualClock();
  const machine = new SleepyMachine(world);
  const clock = new AwakeClock(machine, () => machine.bootMs());
  const slept: number[] = [];
  const rung: number[] = [];
  const watch = clock.watch((ms) => slept.push(ms));
  clock.timer(5_000, () => rung.push(world.now()));
  await world.advance(1_000);
  machine.fallAsleep();
  await world.advance(3 * 86_400_000);
  machine.wakeUp();
  assertEquals([clock.now(), slept], [1_000, []]);
  await world.advance(1_000);
  assertEquals(slept, [3 * 86_400_000]);
  await world.advance(10_000);
  assertEquals(rung, [3 * 86_400_000 + 5_000]);
  assertEquals(slept.length, 1);
  watch.cancel();
  assertEquals(world.pending, 0);
});

Deno.test("no time-out rings early for a program that was stopped, whoever asks for the time first", async () => {
  const world = new VirtualClock();
  const program = new StoppedProgram(world);
  const clock = new AwakeClock(program, () => world.now());
  const slept: number[] = [];
  const rung: number[] = [];
  const watch = clock.watch((ms) => slept.push(ms));
  clock.timer(1_500, () => rung.push(clock.now()));
  await world.advance(1_200);
  program.stop();
  await world.advance(60_000);
  program.goOn();
  assertEquals([rung, slept.length], [[], 1]);
  const [sleptMs = 0] = slept;
  assertEquals(Math.abs(sleptMs - 60_000) <= 1_000, true);
  await world.advance(600);
  assertEquals(rung.length, 1);
  watch.cancel();
});

Deno.test("a program that stood still for seconds is told nothing, but is given the time", async () => {
  const world = new VirtualClock();
  const program = new StoppedProgram(world);
  const clock = new AwakeClock(program, () => world.now());
  const slept: number[] = [];
  const watch = clock.watch((ms) => slept.push(ms));
  await world.advance(1_000);
  program.stop();
  await world.advance(6_000);
  program.goOn();
  assertEquals([clock.now() <= 1_500, slept], [true, []]);
  watch.cancel();
});

Deno.test("a time of day that is set back, where there is no other clock, means nothing", async () => {
  const world = new VirtualClock();
  let setMs = 0;
  const clock = new AwakeClock(world, () => world.now() + setMs);
  const slept: number[] = [];
  const watch = clock.watch((ms) => slept.push(ms));
  await world.advance(1_000);
  setMs = -3_600_000;
  await world.advance(5_000);
  assertEquals([clock.now(), slept], [6_000, []]);
  watch.cancel();
});

Deno.test("before anybody watches, and on a machine that only is busy, it is the machine's clock", async () => {
  const world = new VirtualClock();
  const clock = new AwakeClock(world, () => world.now());
  await world.advance(5_000);
  assertEquals(clock.now(), 5_000);
  const rung: number[] = [];
  const watch = clock.watch(() => rung.push(0));
  clock.timer(700, () => rung.push(clock.now()));
  const cancelled = clock.timer(800, () => rung.push(clock.now()));
  cancelled.cancel();
  await world.advance(2_000);
  assertEquals(rung, [5_700]);
  watch.cancel();
});
