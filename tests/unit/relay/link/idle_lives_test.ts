import { ASK_AFTER_MS, IdleLives } from "../../../../lib/relay/link/idle_lives.ts";
import { assertEquals } from "../../../assert.ts";

const HOUR = 3_600_000;

Deno.test("links that end after the same idle time twice are asked before that", () => {
  const lives = new IdleLives();
  for (const idleMs of [10_000, 10_050, 10_020]) lives.ended("a", idleMs, 10_100); // one event
  assertEquals(lives.askAfterMs("a", 10_100), ASK_AFTER_MS);
  lives.ended("a", 10_080, 20_300);
  assertEquals([lives.askAfterMs("a", 20_300), lives.mostParked("a", 20_300)], [7_000, 1]);
  assertEquals([lives.askAfterMs("b", 20_300), lives.mostParked("b", 20_300)], [
    ASK_AFTER_MS,
    Infinity,
  ]);
});

Deno.test("links that end after different idle times teach nothing", () => {
  const lives = new IdleLives();
  for (const [idleMs, now] of [[10_000, 0], [40_000, 50_000], [90_000, 150_000]] as const) {
    lives.ended("a", idleMs, now);
  }
  assertEquals(lives.askAfterMs("a", 150_000), ASK_AFTER_MS);
});

Deno.test("links that end at once do so for another reason", () => {
  const lives = new IdleLives();
  for (let now = 0; now < 60_000; now += 3_000) lives.ended("a", 100, now);
  assertEquals(lives.askAfterMs("a", 60_000), ASK_AFTER_MS);
});

Deno.test("where links are forgotten without a word, half the time is tried, and so on", () => {
  const lives = new IdleLives();
  const asked = [];
  for (let i = 0; i < 3; i++) {
    lives.forgotten("a", lives.askAfterMs("a", 0), 0);
    asked.push(Math.round(lives.askAfterMs("a", 0)));
  }
  assertEquals(asked, [35_000, 12_250, 4_288]);
});

Deno.test("what was learned is forgotten after an hour", () => {
  const lives = new IdleLives();
  lives.ended("a", 50_000, 50_000);
  lives.ended("a", 50_100, 102_000);
  assertEquals(lives.mostParked("a", 102_000), 2);
  assertEquals(lives.askAfterMs("a", 102_000 + HOUR), ASK_AFTER_MS);
});

Deno.test("what was learned of a network is forgotten with it", () => {
  const lives = new IdleLives();
  lives.forgotten("a", 20_000, 0);
  assertEquals(lives.mostParked("a", 0), 1);
  lives.forget("a");
  assertEquals([lives.askAfterMs("a", 0), lives.mostParked("a", 0)], [ASK_AFTER_MS, Infinity]);
});
