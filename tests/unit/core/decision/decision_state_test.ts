import { UNDECIDED, UNTRACKED } from "../../../../lib/core/decision/decision_state.ts";
import { decide } from "../../../../lib/core/decision/decide.ts";
import { assertEquals } from "../../../assert.ts";
import { answering, candidate, DecisionCase } from "./decision_case.ts";

Deno.test("before the first call nothing is known and nothing was moved", () => {
  assertEquals([UNDECIDED.tracks.size, UNDECIDED.current], [0, null]);
  assertEquals(UNTRACKED.stableSince, null);
  assertEquals(UNDECIDED.now < 0 && UNDECIDED.movedAt < 0, true);
});

Deno.test("a clock that runs backwards does not take the decision back in time", () => {
  const { input } = new DecisionCase([candidate("eth")]);
  const at = (now: number) => ({
    ...input,
    table: [candidate("eth")],
    measurements: new Map([["eth", answering(now)]]),
    now,
  });
  const { state } = decide(decide(UNDECIDED, at(5_000)).state, at(1_000));
  assertEquals([state.now, state.tracks.get("eth")?.stableSince], [5_000, 5_000]);
});
