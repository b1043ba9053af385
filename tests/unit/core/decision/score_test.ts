import { type Score, scoreOf } from "../../../../lib/core/decision/score.ts";
import { assertEquals } from "../../../assert.ts";
import { answering, candidate } from "./decision_case.ts";

const points = ({ parts }: Score) =>
  Object.fromEntries(parts.map((part) => [part.name, part.points]));

Deno.test("a score names what speaks against a provider and adds it up", () => {
  const row = candidate("lte", { priority: 2, metered: true, cost: 7, waitingServices: ["ssh"] });
  const score = scoreOf(row, answering(0, { roundTripMs: 60, loss: 0.1 }), "warning", null);
  assertEquals(points(score), {
    health: 1_000,
    metered: 300,
    priority: 20,
    cost: 7,
    roundTrip: 3,
    loss: 20,
    services: 100,
  });
  assertEquals(score.total, 1_450);
});

Deno.test("a score leaves out what does not count", () => {
  assertEquals(points(scoreOf(candidate("eth"), null, "good", null)), { priority: 10 });
});

Deno.test("a score bounds cost, round trip and services", () => {
  const waitingServices = ["a", "b", "c", "d", "e"];
  const row = candidate("far", { priority: 0, cost: 1_000, waitingServices });
  const score = scoreOf(row, answering(0, { roundTripMs: 60_000 }), "good", null);
  assertEquals(points(score), { cost: 250, roundTrip: 100, services: 400 });
});

Deno.test("what the user chose outweighs everything but a critical path", () => {
  const worst = candidate("chosen", {
    metered: true,
    cost: 1_000,
    waitingServices: ["a", "b", "c", "d"],
  });
  const best = scoreOf(candidate("other"), answering(0), "good", "chosen").total;
  const chosen = (level: "warning" | "critical") =>
    scoreOf(worst, answering(0), level, "chosen").total;
  assertEquals([chosen("warning") < best + 1_000, chosen("critical") < best], [true, false]);
});
