import { UNKNOWN_PATH } from "../../../../lib/core/notice/notice.ts";
import {
  LOST_LOOKS,
  type Marked,
  MARKED_FACTOR,
  MARKED_LOOKS,
  MARKED_MS,
  PathWatch,
} from "../../../../lib/core/notice/path_watch.ts";
import { assertEquals } from "../../../assert.ts";

const REFERENCE_MS = 100;

Deno.test("the first round trip at all is nothing to be told", () => {
  assertEquals(looks(new PathWatch(), 5, 50), []);
});

Deno.test("the first round trip after a switch is told once, however little it differs", () => {
  const watch = watchAt(REFERENCE_MS);
  watch.switched(UNKNOWN_PATH);
  assertEquals(looks(watch, 5, REFERENCE_MS + 1), [ROUND_TRIP]);
});

for (
  const [what, roundTripMs] of [
    ["twice the one before", REFERENCE_MS * MARKED_FACTOR],
    ["half of the one before", REFERENCE_MS / MARKED_FACTOR],
  ] as const
) {
  Deno.test(`a round trip of ${what} is told once, after enough looks in a row`, () => {
    const watch = watchAt(REFERENCE_MS);
    assertEquals(looks(watch, MARKED_LOOKS - 1, roundTripMs), []);
    assertEquals(looks(watch, 1, roundTripMs), [ROUND_TRIP]);
    assertEquals(looks(watch, 10, roundTripMs), []);
  });
}

Deno.test("a round trip of a little less than twice the one before is not told", () => {
  assertEquals(looks(watchAt(REFERENCE_MS), 10, REFERENCE_MS * MARKED_FACTOR - 0.1), []);
});

Deno.test("a short round trip has to change by some milliseconds, not only by its factor", () => {
  assertEquals(looks(watchAt(1), 10, MARKED_MS + 0.9), []);
  assertEquals(looks(watchAt(1), MARKED_LOOKS, MARKED_MS + 1), [ROUND_TRIP]);
});

Deno.test("a spike shorter than enough looks is not told, nor are several", () => {
  const watch = watchAt(REFERENCE_MS);
  for (let spike = 0; spike < 5; spike++) {
    assertEquals(looks(watch, MARKED_LOOKS - 1, 1_000), []);
    assertEquals(looks(watch, 1, REFERENCE_MS), []);
  }
});

Deno.test("a round trip that wanders about the limit is told once", () => {
  const watch = watchAt(REFERENCE_MS);
  const told = Array.from({ length: 40 }, (_, i) => looks(watch, 1, i % 4 === 0 ? 199 : 205))
    .flat();
  assertEquals(told, [ROUND_TRIP]);
});

Deno.test("what was told last is what the next change is measured by", () => {
  const watch = watchAt(REFERENCE_MS);
  looks(watch, MARKED_LOOKS, 400);
  assertEquals(looks(watch, 10, 250), []);
  assertEquals(looks(watch, MARKED_LOOKS, 200), [ROUND_TRIP]);
});

Deno.test("that a network is metered is told when it changes, not when it becomes known", () => {
  const watch = new PathWatch();
  const look = (metered: boolean | null) =>
    watch.look({ state: "connected", path: { ...UNKNOWN_PATH, metered } });
  assertEquals([look(null), look(false), look(null), look(false)], [null, null, null, null]);
  assertEquals(look(true), { event: "pathChanged", changed: ["metered"] });
  assertEquals(look(true), null);
});

Deno.test("that nothing comes through is told after enough looks, and once until it does", () => {
  const watch = watchAt(REFERENCE_MS);
  const lost = () => watch.look({ state: "lost", path: UNKNOWN_PATH });
  for (let i = 1; i < LOST_LOOKS; i++) assertEquals(lost(), null);
  assertEquals(lost(), { event: "pathLost", changed: [] });
  assertEquals(lost(), null);
  looks(watch, 1, REFERENCE_MS);
  for (let i = 1; i < LOST_LOOKS; i++) assertEquals(lost(), null);
  assertEquals(lost()?.event, "pathLost");
});

Deno.test("nothing is told in the midst of a switch", () => {
  const watch = watchAt(REFERENCE_MS);
  for (let i = 0; i < 10; i++) {
    const path = { ...UNKNOWN_PATH, roundTripMs: 9_000 };
    assertEquals(watch.look({ state: "moving", path }), null);
  }
});

const ROUND_TRIP: Marked = { event: "pathChanged", changed: ["roundTrip"] };

function watchAt(roundTripMs: number): PathWatch {
  const watch = new PathWatch();
  looks(watch, 1, roundTripMs);
  return watch;
}

/** What so many looks at a path with this round trip have told. */
function looks(watch: PathWatch, count: number, roundTripMs: number): Marked[] {
  const told: Marked[] = [];
  for (let i = 0; i < count; i++) {
    const marked = watch.look({ state: "connected", path: { ...UNKNOWN_PATH, roundTripMs } });
    if (marked !== null) told.push(marked);
  }
  return told;
}
