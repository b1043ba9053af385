import { Turns } from "../../../../lib/relay/run/turns.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

const MANY = 1_000;

/** A clock whose turns pass when the test says so. */
class TurningClock extends VirtualClock {
  readonly #going: (() => void)[] = [];

  override turn(go: () => void): void {
    this.#going.push(go);
  }

  get asked(): number {
    return this.#going.length;
  }

  pass(): void {
    for (const go of this.#going.splice(0)) go();
  }
}

function made() {
  const clock = new TurningClock();
  return { clock, turns: new Turns(clock) };
}

/** Moves pieces until it is the turn of others. */
function untilOthers(turns: Turns): Promise<void> {
  for (let piece = 0; piece < MANY; piece++) {
    const turn = turns.moved(64 * 1024);
    if (turn !== null) return turn;
  }
  throw new Error("it was never the turn of others");
}

Deno.test("nobody gives way who has done much in no time, or little in a long time", async () => {
  const { clock, turns } = made();
  for (let piece = 0; piece < MANY; piece++) assertEquals(turns.moved(64 * 1024), null);
  const late = made();
  await late.clock.advance(60_000);
  for (let piece = 0; piece < 10; piece++) assertEquals(late.turns.moved(64), null);
  assertEquals([clock.asked, late.clock.asked], [0, 0]);
});

Deno.test("who works on and on gives way after some milliseconds, and then goes on", async () => {
  const { clock, turns } = made();
  for (let round = 0; round < 3; round++) {
    await clock.advance(10);
    const others = untilOthers(turns);
    assertEquals(clock.asked, 1);
    clock.pass();
    await others;
    assertEquals(turns.moved(64), null);
  }
});

Deno.test("while it is the turn of others all who work wait for it, and go on in their order", async () => {
  const { clock, turns } = made();
  await clock.advance(10);
  const gone: string[] = [];
  const first = untilOthers(turns).then(() => gone.push("first"));
  const second = turns.moved(1)?.then(() => gone.push("second"));
  assert(second !== undefined);
  assertEquals(clock.asked, 1);
  clock.pass();
  await Promise.all([first, second]);
  assertEquals(gone, ["first", "second"]);
});
