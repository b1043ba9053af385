import type { Candidate } from "../../../../lib/core/decision/candidate.ts";
import type { DecisionInput, DecisionMode } from "../../../../lib/core/decision/decision_input.ts";
import type { Measurement } from "../../../../lib/core/decision/measurement.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { answering, candidate, DecisionCase, outline, silent, STABLE_MS } from "./decision_case.ts";

const STABLE_S = STABLE_MS / 1_000;
const worse = (index: Partial<Measurement>) => (at: number) => answering(at, index);
const WARNING = worse({ loss: 0.2 });
const CRITICAL = worse({ loss: 0.5 });
const lte = (more: Partial<Candidate> = {}) =>
  candidate("lte", { priority: 4, metered: true, ...more });

interface Row {
  readonly name: string;
  readonly mode?: DecisionMode;
  readonly table?: readonly Candidate[];
  readonly eth?: (at: number) => Measurement;
  readonly lte?: (at: number) => Measurement;
  readonly input?: Partial<DecisionInput>;
  readonly expected: string;
}

const rows: readonly Row[] = [
  { name: "keeps the best when all is well", expected: "keep: best" },
  {
    name: "keeps whatever happens when it is off",
    mode: "off",
    eth: silent,
    expected: "keep: modeOff",
  },
  {
    name: "leaves a warning for another network in automatic mode",
    eth: WARNING,
    expected: "planned to lte: warning",
  },
  {
    name: "suggests at a warning in manual mode",
    mode: "manual",
    eth: WARNING,
    expected: "suggest lte: warning+manual",
  },
  {
    name: "leaves a critical path by itself in manual mode",
    mode: "manual",
    eth: CRITICAL,
    expected: "planned to lte: critical",
  },
  {
    name: "leaves a lost path at once in manual mode",
    mode: "manual",
    eth: silent,
    expected: "sudden to lte: lost",
  },
  {
    name: "leaves a path that an impostor answers",
    eth: worse({ reach: { kind: "impostor", detail: "a captive portal answers" } }),
    expected: "sudden to lte: lost",
  },
  {
    name: "leaves a provider that is no longer in the table",
    table: [lte()],
    expected: "sudden to lte: lost",
  },
  {
    name: "signals a warning when nothing better answers",
    eth: WARNING,
    lte: silent,
    expected: "keep: warning+noAlternative",
  },
  {
    name: "stays at a warning when the other is as bad",
    eth: WARNING,
    lte: WARNING,
    expected: "keep: warning+noAlternative",
  },
  {
    name: "leaves a critical path for one with a warning",
    eth: CRITICAL,
    lte: WARNING,
    expected: "planned to lte: critical",
  },
  {
    name: "stays where nothing answers at all",
    eth: silent,
    lte: silent,
    expected: "keep: lost+noAlternative",
  },
  {
    name: "only signals on a device with one adapter",
    table: [candidate("eth")],
    eth: CRITICAL,
    expected: "keep: critical+onlyOne",
  },
  {
    name: "says that there is no other network when there is one adapter",
    table: [candidate("eth")],
    expected: "keep: onlyOne",
  },
  {
    name: "does not believe an old measurement",
    eth: WARNING,
    lte: (at) => answering(at, { validUntil: at - 1 }),
    expected: "keep: warning+noAlternative",
  },
  {
    name: "brings up a provider when it has to and may",
    table: [candidate("eth"), lte({ state: "raisable" })],
    eth: WARNING,
    expected: "planned to lte: warning+needsCommand",
  },
  {
    name: "brings up a provider when the current one is lost",
    table: [candidate("eth"), lte({ state: "raisable" })],
    eth: silent,
    expected: "sudden to lte: lost+needsCommand",
  },
  {
    name: "leaves a provider alone that could not be brought up a moment ago",
    table: [candidate("eth"), lte({ state: "raisable" })],
    eth: silent,
    lte: silent,
    expected: "keep: lost+noAlternative",
  },
  {
    name: "tries a provider again when that is long ago",
    table: [candidate("eth"), lte({ state: "raisable" })],
    eth: silent,
    lte: (at) => ({ ...silent(at), validUntil: at - 1 }),
    expected: "sudden to lte: lost+needsCommand",
  },
  {
    name: "asks before it uses a provider that wants a person",
    table: [candidate("eth"), lte({ connects: "byPerson" })],
    eth: CRITICAL,
    expected: "suggest lte: critical+needsPerson",
  },
  {
    name: "prefers a provider that connects without a person, though it has more against it",
    table: [
      candidate("eth"),
      candidate("wlan", { priority: 2, connects: "byPerson" }),
      lte(),
    ],
    eth: CRITICAL,
    expected: "planned to lte: critical",
  },
  {
    name: "connects to whatever answers when there is no session",
    input: { current: null },
    expected: "sudden to eth: noSession",
  },
  {
    name: "stays on what was asked for at a warning",
    eth: WARNING,
    input: { chosen: "eth" },
    expected: "keep: warning+noAlternative",
  },
  {
    name: "leaves what was asked for when it turns critical",
    eth: CRITICAL,
    input: { chosen: "eth" },
    expected: "planned to lte: critical",
  },
];

for (const row of rows) {
  Deno.test(`the decision ${row.name}`, () => {
    const table = row.table ?? [candidate("eth"), lte()];
    const one = new DecisionCase(table, {
      mode: row.mode ?? "automatic",
      current: "eth",
      ...row.input,
    });
    const measured = {
      eth: row.eth ?? answering,
      lte: row.lte ?? answering,
      wlan: answering,
    };
    assertEquals(outline(one.after(3, measured)), row.expected);
  });
}

Deno.test("a warning takes three measurements in a row", () => {
  const one = new DecisionCase([candidate("eth"), lte()]);
  const bad = { eth: WARNING, lte: answering };
  assertEquals(outline(one.after(2, bad)), "keep: best");
  assertEquals(outline(one.after(1, { eth: answering, lte: answering })), "keep: best");
  assertEquals(outline(one.after(2, bad)), "keep: best");
  assertEquals(outline(one.after(1, bad)), "planned to lte: warning");
});

Deno.test("the session fails back when the better network was well for the stable time", () => {
  const one = new DecisionCase([candidate("eth"), lte()], { current: "lte" });
  const well = { eth: answering, lte: answering };
  assertEquals(outline(one.after(STABLE_S, well)), "keep: notStableYet");
  assertEquals(outline(one.after(1, well)), "planned to eth: better");
});

Deno.test("failing back waits anew when the better network was away for a moment", () => {
  const one = new DecisionCase([candidate("eth"), lte()], { current: "lte" });
  const well = { eth: answering, lte: answering };
  one.after(STABLE_S - 1, well);
  assertEquals(outline(one.after(1, { eth: silent, lte: answering })), "keep: best");
  assertEquals(outline(one.after(STABLE_S, well)), "keep: notStableYet");
  assertEquals(outline(one.after(1, well)), "planned to eth: better");
});

Deno.test("failing back waits anew when nothing was measured for a while, as in sleep", () => {
  const one = new DecisionCase([candidate("eth"), lte()], { current: "lte" });
  one.after(STABLE_S - 1, { eth: answering, lte: answering });
  one.now += 3_600_000;
  const old = (at: number) => answering(at, { at: at - 3_600_000, validUntil: at - 3_590_000 });
  assertEquals(outline(one.after(1, { eth: old, lte: answering })), "keep: best");
  assertEquals(
    outline(one.after(STABLE_S, { eth: answering, lte: answering })),
    "keep: notStableYet",
  );
});

Deno.test("failing back is suggested in manual mode", () => {
  const one = new DecisionCase([candidate("eth"), lte()], { current: "lte", mode: "manual" });
  const made = one.after(STABLE_S + 1, { eth: answering, lte: answering });
  assertEquals(outline(made), "suggest eth: better+manual");
});

Deno.test("what was asked for is kept though another is better", () => {
  const one = new DecisionCase([candidate("eth"), lte()], { current: "lte", chosen: "lte" });
  const made = one.after(10 * STABLE_S, { eth: answering, lte: answering });
  assertEquals(outline(made), "keep: chosen");
});

Deno.test("the session goes back to what was asked for when that is well again", () => {
  const one = new DecisionCase([candidate("eth"), lte()], { current: "eth", chosen: "lte" });
  const made = one.after(STABLE_S + 1, { eth: answering, lte: answering });
  assertEquals(outline(made), "planned to lte: better");
});

Deno.test("a switch waits for the stable time after another one", () => {
  const one = new DecisionCase([candidate("eth"), lte()]);
  const bad = { eth: answering, lte: CRITICAL };
  one.after(1, { eth: answering, lte: answering });
  // The session moved to lte, which is bad, while eth is well.
  one.after(5, bad, { current: "lte" });
  assertEquals(outline(one.after(STABLE_S - 5, bad, { current: "lte" })), "keep: critical+tooSoon");
  assertEquals(outline(one.after(1, bad, { current: "lte" })), "planned to eth: critical");
});

Deno.test("a lost network is left at once after another switch", () => {
  const one = new DecisionCase([candidate("eth"), lte()]);
  one.after(1, { eth: answering, lte: answering });
  one.after(1, { eth: answering, lte: answering }, { current: "lte" });
  const made = one.after(1, { eth: answering, lte: silent }, { current: "lte" });
  assertEquals(outline(made), "sudden to eth: lost");
});

const margins: readonly { name: string; other: Partial<Candidate>; isBetter: boolean }[] = [
  { name: "of higher priority", other: { priority: 1 }, isBetter: true },
  { name: "of the same priority", other: { priority: 2 }, isBetter: false },
  { name: "of lower priority", other: { priority: 3 }, isBetter: false },
  { name: "that is metered though first", other: { priority: 1, metered: true }, isBetter: false },
  { name: "that is cheaper by the margin", other: { priority: 2, cost: 5 }, isBetter: true },
  { name: "that is cheaper by less", other: { priority: 2, cost: 6 }, isBetter: false },
  {
    name: "that is not allowed to carry what is open",
    other: { priority: 1, waitingServices: ["backup"] },
    isBetter: false,
  },
];
for (const { name, other, isBetter } of margins) {
  Deno.test(`a network ${name} is ${isBetter ? "" : "not "}switched to`, () => {
    const one = new DecisionCase([
      candidate("here", { priority: 2, cost: 10 }),
      candidate("other", { cost: 10, ...other }),
    ]);
    const made = one.after(STABLE_S + 1, { here: answering, other: answering });
    assertEquals(made.decision.kind, isBetter ? "switch" : "keep");
  });
}

Deno.test("a clock that is set back switches nothing", () => {
  const one = new DecisionCase([candidate("eth"), lte()], { current: "lte" });
  const well = { eth: answering, lte: answering };
  one.after(STABLE_S, well);
  one.now -= 20_000;
  for (let i = 0; i < 20; i++) assertEquals(one.after(1, well).decision.kind, "keep");
  assertEquals(outline(one.after(STABLE_S + 1, well)), "planned to eth: better");
});

Deno.test("scores add up and the best comes first", () => {
  const one = new DecisionCase([lte(), candidate("eth")]);
  const { scores } = one.after(1, { eth: answering, lte: answering });
  assertEquals(scores.map(({ key }) => key), ["eth", "lte"]);
  for (const { total, parts } of scores) {
    assertEquals(parts.reduce((sum, part) => sum + part.points, 0), total);
  }
  assert(scores[1]?.parts.some((part) => part.name === "metered"));
});
