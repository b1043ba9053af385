import { type Judged, type Score, scoreOf } from "../../../../lib/core/decision/score.ts";
import { assertEquals } from "../../../assert.ts";
import { PREFERENCES } from "../../../../lib/core/decision/weights.ts";
import { answering, candidate } from "./decision_case.ts";

const judged = (more: Partial<Judged> = {}): Judged => ({
  measurement: null,
  level: "good",
  chosen: null,
  ratePoints: 0,
  doublings: 0,
  ...more,
});
const EVEN = PREFERENCES.balanced;
const points = ({ parts }: Score) =>
  Object.fromEntries(parts.map((part) => [part.name, part.points]));

Deno.test("a score names what speaks against a provider and adds it up", () => {
  const row = candidate("lte", { priority: 2, metered: true, cost: 7, waitingServices: ["ssh"] });
  const score = scoreOf(
    row,
    judged({ measurement: answering(0, { roundTripMs: 60, loss: 0.1 }), level: "warning" }),
    EVEN,
  );
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
  assertEquals(points(scoreOf(candidate("eth"), judged(), EVEN)), { priority: 10 });
});

Deno.test("a score bounds cost, round trip and services", () => {
  const waitingServices = ["a", "b", "c", "d", "e"];
  const row = candidate("far", { priority: 0, cost: 1_000, waitingServices });
  const score = scoreOf(row, judged({ measurement: answering(0, { roundTripMs: 60_000 }) }), EVEN);
  assertEquals(points(score), { cost: 250, roundTrip: 100, services: 400 });
});

Deno.test("what the user chose outweighs everything but a critical path", () => {
  const worst = candidate("chosen", {
    metered: true,
    cost: 1_000,
    waitingServices: ["a", "b", "c", "d"],
  });
  const best = scoreOf(
    candidate("other"),
    judged({ measurement: answering(0), chosen: "chosen" }),
    EVEN,
  ).total;
  const chosen = (level: "warning" | "critical") =>
    scoreOf(worst, judged({ measurement: answering(0), level, chosen: "chosen" }), EVEN).total;
  assertEquals([chosen("warning") < best + 1_000, chosen("critical") < best], [true, false]);
});

Deno.test("what people prefer weighs the parts differently, and health and their choice never", () => {
  const row = candidate("lte", { priority: 2, metered: true, cost: 10 });
  const all = judged({
    measurement: answering(0, { roundTripMs: 40, loss: 0.1 }),
    level: "warning",
    chosen: "lte",
    ratePoints: 12,
    doublings: 2,
  });
  const by = (preference: keyof typeof PREFERENCES) =>
    points(scoreOf(row, all, PREFERENCES[preference]));
  const fixed = { health: 1_000, chosen: -2_000 };
  const even = { metered: 300, priority: 20, cost: 10, roundTrip: 2, loss: 20, rate: 12 };
  assertEquals(by("balanced"), { ...fixed, ...even });
  assertEquals(by("reliability"), { ...fixed, ...even, priority: 10, loss: 80, history: 50 });
  assertEquals(by("speed"), {
    ...fixed,
    ...{ metered: 150, priority: 10, cost: 5, roundTrip: 8, loss: 20, rate: 60 },
  });
  assertEquals(by("cost"), { ...fixed, ...even, metered: 900, cost: 40, roundTrip: 1, rate: 6 });
});

Deno.test("a bad history weighs no more than an order of networks that somebody has set", () => {
  const weights = PREFERENCES.reliability;
  const score = scoreOf(candidate("eth"), judged({ doublings: 99 }), weights);
  assertEquals(points(score).history, 125);
});
