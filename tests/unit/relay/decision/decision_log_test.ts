import type { Decision } from "../../../../lib/core/decision/decide.ts";
import type { ReasonCode } from "../../../../lib/core/decision/reason.ts";
import {
  type DecisionEntry,
  DecisionLog,
  logDecision,
} from "../../../../lib/relay/decision/decision_log.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";

const because = (code: ReasonCode, text = "so it is") => [{ code, text }];
const KEEP: Decision = { kind: "keep", reasons: because("best") };

function switchTo(to: string, manner: "planned" | "sudden" = "planned"): Decision {
  return { kind: "switch", manner, to, reasons: because("better") };
}

Deno.test("a decision is remembered with where the session was and is to go", () => {
  const log = new DecisionLog();
  log.add(KEEP, "a", new Date(0));
  log.add(switchTo("b", "sudden"), "a", new Date(1_000));
  assertEquals(log.entries, [
    {
      at: "1970-01-01T00:00:00.000Z",
      kind: "keep",
      on: "a",
      to: "a",
      reasons: because("best"),
    },
    {
      at: "1970-01-01T00:00:01.000Z",
      kind: "sudden",
      on: "a",
      to: "b",
      reasons: because("better"),
    },
  ]);
});

Deno.test("the same decision again takes over the new numbers, and keeps its time", () => {
  const log = new DecisionLog();
  log.add({ kind: "keep", reasons: because("best", "it has 10 points") }, "a", new Date(0));
  const again: Decision = { kind: "keep", reasons: because("best", "it has 12 points") };
  assertEquals(log.add(again, "a", new Date(5_000)), null);
  assertEquals(log.entries.map(({ at, reasons }) => [at, reasons[0]?.text]), [
    ["1970-01-01T00:00:00.000Z", "it has 12 points"],
  ]);
});

Deno.test("another kind, network, target or reason makes another decision", () => {
  const log = new DecisionLog();
  const all: readonly (readonly [Decision, string])[] = [
    [KEEP, "a"],
    [KEEP, "b"],
    [{ kind: "keep", reasons: because("onlyOne") }, "b"],
    [switchTo("a"), "b"],
    [switchTo("c"), "b"],
    [{ kind: "suggest", to: "c", reasons: because("better") }, "b"],
  ];
  for (const [decision, on] of all) {
    assertEquals(log.add(decision, on, new Date(0))?.on, on);
  }
  assertEquals(log.entries.length, all.length);
});

Deno.test("the last ten decisions are remembered", () => {
  const log = new DecisionLog();
  for (let i = 0; i < 25; i++) log.add(switchTo(`${i}`), "a", new Date(0));
  assertEquals([log.entries.length, log.entries[0]?.to, log.entries.at(-1)?.to], [10, "15", "24"]);
});

Deno.test("a decision is logged as loudly as it matters", () => {
  const entry = (kind: DecisionEntry["kind"], code: ReasonCode): DecisionEntry => ({
    ...{ at: "", kind, on: "a", to: kind === "keep" ? "a" : "b" },
    reasons: because(code),
  });
  const log = new TestLog();
  logDecision(log, entry("keep", "best"));
  logDecision(log, entry("keep", "warning"));
  logDecision(log, entry("keep", "critical"));
  logDecision(log, entry("suggest", "better"));
  logDecision(log, entry("planned", "better"));
  logDecision(log, entry("sudden", "lost"));
  assertEquals(log.lines, [
    'debug network-kept {"provider":"a","reason_code":"best","reason":"so it is"}',
    'warn network-failing {"provider":"a","reason_code":"warning","reason":"so it is"}',
    'warn network-failing {"provider":"a","reason_code":"critical","reason":"so it is"}',
    'info switch-suggested {"to":"b","reason_code":"better","reason":"so it is","command":"cnapt confirm b"}',
    'info switch-decided {"to":"b","reason_code":"better","reason":"so it is"}',
    'info switch-decided {"to":"b","reason_code":"lost","reason":"so it is"}',
  ]);
});
