import { PREFERENCES } from "../../lib/core/decision/weights.ts";
import { type Judged, scoreOf } from "../../lib/core/decision/score.ts";
import { assert, assertEquals } from "../assert.ts";
import { Chance } from "./chance.ts";
import {
  DecisionWorld,
  type DecisionWorldSettings,
  type SimMove,
  type SimNetwork,
} from "./decision_world.ts";
import { tryManySeeds } from "./seeds.ts";

const HOUR_MS = 3_600_000;
const VIRTUAL_HOURS = 2_000;
const HOURS_OF_A_LIFE = 20;
const FLAPPING_MS = 600_000;

const UNMEASURED: Judged = {
  ...{ measurement: null, level: "good", chosen: null, ratePoints: 0, doublings: 0 },
};

/** Twice what random round trips and losses can make of a score. */
const NOISE_POINTS = 20;

function settingsFor(chance: Chance): DecisionWorldSettings {
  return {
    mode: chance.isHit(0.3) ? "manual" : "automatic",
    stableMs: chance.pick([30_000, 60_000, 300_000]),
    checkMs: 5_000,
    searchMs: chance.pick([10_000, 20_000]),
    longestMs: chance.pick([10_000, 120_000, 1_200_000]),
    wanted: chance.pick([0, 0, 100, 50_000, 2_000_000]),
  };
}

function live(seed: number): void {
  const chance = new Chance(seed);
  const settings = settingsFor(chance);
  const world = new DecisionWorld(chance, settings);
  let lostSince: number | null = null;
  while (world.now < HOURS_OF_A_LIFE * HOUR_MS) {
    const movedBefore = world.movedAt;
    const move = world.step();
    if (move?.manner === "planned") {
      assert(
        move.at - movedBefore >= settings.stableMs,
        `flapped at ${move.at}: ${move.from} -> ${move.to}, ${move.codes.join("+")}`,
      );
      assert(settings.mode === "automatic" || move.codes.includes("critical"));
    }
    const here = world.networks.find((one) => one.row.key === world.current);
    lostSince = here?.answersSince === null ? lostSince ?? world.now : null;
    if (lostSince !== null) checkNotStuck(world, lostSince);
    if (here !== undefined && lostSince === null && settings.mode === "automatic") {
      checkFailedBack(world, here);
    }
  }
}

/** Nobody stays on a dead network while another has answered for two searches and a check. */
function checkNotStuck(world: DecisionWorld, lostSince: number): void {
  const { searchMs, checkMs } = world.settings;
  const patience = 2 * searchMs + 2 * checkMs;
  if (world.now - lostSince < patience) return;
  const other = world.networks.find((one) =>
    one.answersSince !== null && world.now - one.answersSince >= patience
  );
  assert(other === undefined, `stuck on dead ${world.current} at ${world.now}: ${other?.row.key}`);
}

/** What is better and has been well for long enough is gone back to. */
function checkFailedBack(world: DecisionWorld, here: SimNetwork): void {
  const { searchMs, stableMs } = world.settings;
  const patience = 2 * stableMs + 10 * searchMs;
  if (world.now - world.movedAt < patience) return;
  const points = (one: SimNetwork) => scoreOf(one.row, UNMEASURED, PREFERENCES.balanced).total;
  const better = world.networks.find((one) =>
    one !== here && one.weather === "well" &&
    // What is left is on trial anew, also when it was well.
    world.now - Math.max(one.since, world.movedAt) >= patience + world.trialMs(one.row.key) &&
    points(here) - points(one) > NOISE_POINTS
  );
  assert(better === undefined, `never failed back to ${better?.row.key} at ${world.now}`);
}

Deno.test("random networks are neither flapped between nor stayed on when dead, and failed back to", async () => {
  let lives = 0;
  await tryManySeeds((seed) => {
    live(seed);
    lives += 1;
  }, () => lives >= VIRTUAL_HOURS / HOURS_OF_A_LIFE);
});

/** Moves between networks while the best one comes and goes every 5 s for ten minutes. */
function movesWhileFlapping(stableMs: number, goesBy: "away" | "silent"): readonly SimMove[] {
  const world = new DecisionWorld(new Chance(3), {
    mode: "automatic",
    stableMs,
    checkMs: 1_000,
    searchMs: 1_000,
    longestMs: 1e12,
    wanted: 0,
  });
  const [first, second] = world.networks;
  assert(first !== undefined && second !== undefined, "this seed makes two networks at least");
  const moves: SimMove[] = [];
  while (world.now < FLAPPING_MS) {
    const isUp = Math.floor(world.now / 5_000) % 2 === 0;
    first.weather = isUp ? "well" : goesBy;
    first.answersSince = isUp ? first.answersSince ?? world.now : null;
    const move = world.step();
    // The first one is the first connection.
    if (move !== null && move.from !== null) moves.push(move);
  }
  assert(moves.length > 0, "the network that flaps is never used");
  return moves;
}

for (const goesBy of ["away", "silent"] as const) {
  Deno.test(`a network that is ${goesBy} every other 5 s is left once and not gone back to`, () => {
    const moves = movesWhileFlapping(30_000, goesBy);
    assertEquals(moves.map(({ from, manner }) => [from, manner]), [["net0", "sudden"]]);
  });

  for (const stableMs of [2_000, 3_000, 5_000, 10_000, 60_000]) {
    const name = `flapping by being ${goesBy} makes a switch per stable period of ${stableMs} ms`;
    Deno.test(`${name} at most`, () => {
      const moves = movesWhileFlapping(stableMs, goesBy);
      assert(moves.length <= FLAPPING_MS / stableMs, `${moves.length} moves`);
      const planned = moves.filter(({ manner }) => manner === "planned");
      for (const [index, { at }] of planned.entries()) {
        const before = planned[index - 1]?.at ?? -Infinity;
        assert(at - before >= stableMs, `went back at ${before} and at ${at}`);
      }
    });
  }
}

const TEN_MINUTES_MS = 600_000;

/** Moves in `ms` from the moment on when the preferred network, long in use, becomes thin. */
function movesWhenThin(ms: number, change: (world: DecisionWorld) => void = () => {}) {
  const world = new DecisionWorld(new Chance(3), {
    mode: "automatic",
    stableMs: 30_000,
    checkMs: 1_000,
    searchMs: 10_000,
    longestMs: 1e12,
    wanted: 500_000,
  });
  const [first] = world.networks;
  assert(first !== undefined, "this seed makes two networks at least");
  const step = (until: number) => {
    const moves: SimMove[] = [];
    while (world.now < until) {
      const move = world.step();
      if (move !== null && move.from !== null) moves.push(move);
    }
    return moves;
  };
  change(world);
  step(HOUR_MS);
  assertEquals(world.current, first.row.key);
  first.weather = "thin";
  return { world, first, moves: step(HOUR_MS + ms), step };
}

Deno.test("a network that falls to 64 kbit/s under load is left once, and probed ever more rarely", () => {
  const { world, first, moves, step } = movesWhenThin(TEN_MINUTES_MS);
  assertEquals(moves.map(({ from, manner }) => [from, manner]), [[first.row.key, "planned"]]);
  const inTenMinutes = world.probedBytes.get(first.row.key) ?? 0;
  assert(inTenMinutes > 0 && inTenMinutes <= 5 * 256 * 1024, `${inTenMinutes} bytes`);
  assertEquals(step(5 * HOUR_MS), [], "nor in the hours after");
  first.weather = "well";
  const back = step(5 * HOUR_MS + 20 * 60_000);
  assertEquals(
    back.map(({ to }) => to),
    [first.row.key],
    "it is gone back to when it carries again",
  );
});

Deno.test("one that must not be probed, since it is metered, is gone back to ever more rarely", () => {
  const { moves, step } = movesWhenThin(TEN_MINUTES_MS, ({ networks }) => {
    for (const { row } of networks) Object.assign(row, { metered: true });
  });
  assert(moves.length <= 9, `${moves.length} moves in ten minutes`);
  const later = step(3 * HOUR_MS).length;
  // Some of the shorter trials are left; after those there is one in 15 minutes.
  assert(later <= 18, `${later} moves in two hours`);
});

Deno.test("ten good minutes under load make up for all that a network did", () => {
  const { world, first, step } = movesWhenThin(TEN_MINUTES_MS);
  assert(world.trialMs(first.row.key) > 30_000);
  first.weather = "well";
  step(world.now + 40 * 60_000);
  assertEquals([world.current, world.trialMs(first.row.key)], [first.row.key, 30_000]);
});
