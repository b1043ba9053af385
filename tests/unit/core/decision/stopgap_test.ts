/** What becomes of the system's choice, which was taken where no network was known. */
import { withFailure } from "../../../../lib/core/decision/trial.ts";
import { assertEquals } from "../../../assert.ts";
import { answering, candidate, DecisionCase, outline, silent } from "./decision_case.ts";

const STOPGAP = candidate("default", { priority: 3, isStopgap: true });

Deno.test("the system's choice is left for a known network at once, also for one on trial", () => {
  const lost = { at: 0, what: "was lost", places: [], when: "early" } as const;
  const one = new DecisionCase([STOPGAP, candidate("eth", { priority: 5 })]);
  one.state = { ...one.state, trials: withFailure(one.state.trials, "eth", lost) };
  const well = { default: answering, eth: answering };
  assertEquals(outline(one.after(1, well)), "planned to eth: stopgap");
});

Deno.test("the system's choice is kept while no known network answers, and left by a person in manual mode", () => {
  const alone = new DecisionCase([STOPGAP, candidate("eth")]);
  assertEquals(outline(alone.after(1, { default: answering, eth: silent })), "keep: best");
  const asked = new DecisionCase([STOPGAP, candidate("eth")], { mode: "manual" });
  const well = { default: answering, eth: answering };
  assertEquals(outline(asked.after(1, well)), "suggest eth: stopgap+manual");
});
