import type { Candidate } from "../../../../lib/core/decision/candidate.ts";
import { UNDECIDED, UNTRACKED } from "../../../../lib/core/decision/decision_state.ts";
import type { Measurement } from "../../../../lib/core/decision/measurement.ts";
import {
  isAnswering,
  isUsable,
  isWorthIt,
  type Option,
  stableFor,
  unattendedFirst,
} from "../../../../lib/core/decision/option.ts";
import { MARGIN_POINTS } from "../../../../lib/core/decision/score.ts";
import { assertEquals } from "../../../assert.ts";
import { answering, candidate, silent } from "./decision_case.ts";

const option = (
  key: string,
  { total = 0, measurement = null, stableSince = null, ...more }: Partial<Candidate> & {
    total?: number;
    measurement?: Measurement | null;
    stableSince?: number | null;
  } = {},
): Option => ({
  candidate: candidate(key, more),
  measurement,
  score: { key, total, parts: [] },
  track: { ...UNTRACKED, stableSince },
  trial: null,
});

Deno.test("an answer counts until it is no longer valid", () => {
  const measurement = answering(0);
  assertEquals([5_000, 5_001].map((now) => isAnswering(measurement, now)), [true, false]);
  assertEquals(isAnswering(silent(0), 0), false);
  assertEquals(isAnswering(null, 0), false);
});

Deno.test("a provider that is up can be used while it answers", () => {
  assertEquals(isUsable(option("eth", { measurement: answering(0) }), 10), true);
  assertEquals(isUsable(option("eth"), 10), false);
});

Deno.test("a provider that has to be brought up can be used unless that just failed", () => {
  const raisable = (measurement: Measurement | null) =>
    isUsable(option("lte", { state: "raisable", measurement }), 10);
  assertEquals([raisable(null), raisable(answering(0)), raisable(silent(0))], [true, true, false]);
  assertEquals(isUsable(option("lte", { state: "raisable", measurement: silent(0) }), 9_000), true);
});

Deno.test("a provider is worth a switch from the margin on", () => {
  const here = option("here", { total: 100 });
  const worth = (total: number) => isWorthIt(here, option("there", { total }));
  assertEquals([worth(100 - MARGIN_POINTS), worth(101 - MARGIN_POINTS)], [true, false]);
});

Deno.test("a provider that is not well has been so for no time at all", () => {
  const state = { ...UNDECIDED, now: 30_000 };
  assertEquals(stableFor(option("eth", { stableSince: 10_000 }), state), 20_000);
  assertEquals(stableFor(option("eth"), state), 0);
});

Deno.test("providers that need no person come first, then those that are up, then the best", () => {
  const options = [
    option("asked", { connects: "byPerson", total: 1 }),
    option("raised", { state: "raisable", total: 2 }),
    option("up, worse", { total: 9 }),
    option("up", { total: 8 }),
  ];
  assertEquals(unattendedFirst(options).map((one) => one.candidate.key), [
    "up",
    "up, worse",
    "raised",
    "asked",
  ]);
});
