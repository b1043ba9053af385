import {
  type KnownRate,
  NO_RATES,
  ratePointsOf,
} from "../../../../lib/core/decision/known_rates.ts";
import { assertEquals } from "../../../assert.ts";

const NOTHING = { down: 0, up: 0 };
const probed = (down: number, up: number | null = null): KnownRate => ({
  probed: { down, up },
  achieved: NOTHING,
});
const achieved = (down: number): KnownRate => ({
  probed: { down: null, up: null },
  achieved: { down, up: 0 },
});
const pointsOf = (rates: Readonly<Record<string, KnownRate>>) => {
  const all = new Map(Object.entries(rates));
  return Object.keys(rates).map((key) => Math.round(ratePointsOf(key, all)));
};

Deno.test("a network has points when another is known to be more than twice as fast", () => {
  assertEquals(pointsOf({ a: probed(1_000_000), b: probed(500_000) }), [0, 0]);
  assertEquals(pointsOf({ a: probed(1_000_000), b: probed(250_000) }), [0, 6]);
  assertEquals(pointsOf({ a: probed(8_000_000), b: probed(8_000) }), [0, 54]);
  assertEquals(pointsOf({ a: probed(1e9), b: probed(1) }), [0, 60], "and no more than that");
});

Deno.test("the worse of the two directions counts", () => {
  assertEquals(pointsOf({ a: probed(1e6, 1e6), b: probed(1e6, 250_000) }), [0, 6]);
});

Deno.test("what applications achieve speaks for a network and never against it", () => {
  assertEquals(pointsOf({ a: achieved(10_000), b: probed(1_000_000) }), [0, 0]);
  assertEquals(pointsOf({ a: achieved(4_000_000), b: probed(1_000_000) }), [0, 6]);
});

Deno.test("a network that nobody has measured has no points", () => {
  assertEquals(ratePointsOf("a", NO_RATES), 0);
  assertEquals(ratePointsOf("a", new Map([["b", probed(9e6)]])), 0);
});
