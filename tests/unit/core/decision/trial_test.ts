import {
  EARLY_MS,
  type Failure,
  FORGIVEN_AFTER_MS,
  LONGEST_TRIAL_MS,
  trialMs,
  type Trials,
  withFailure,
  withoutNew,
  withProof,
} from "../../../../lib/core/decision/trial.ts";
import { assertEquals } from "../../../assert.ts";

const NONE: Trials = new Map();
const early = (at: number): Failure => ({
  at,
  what: "was left as bad",
  places: ["eth0 192.0.2.1"],
  when: "early",
});
const late = (at: number): Failure => ({ ...early(at), when: "late" });
const of = (trials: Trials) => trials.get("eth0") ?? null;

/** Whether `eth0` is still remembered when it is at `places`. */
function staysAt(...places: readonly string[]): boolean {
  const trials = withFailure(NONE, "eth0", early(0));
  return of(withoutNew(trials, new Map([["eth0", places]]))) !== null;
}

Deno.test("the time of trial doubles with each early failure, up to a quarter of an hour", () => {
  let trials = NONE;
  const seconds = [trialMs(of(trials), 30_000)];
  for (let i = 1; i <= 7; i++) {
    trials = withFailure(trials, "eth0", early(i));
    seconds.push(trialMs(of(trials), 30_000));
  }
  assertEquals(seconds.map((ms) => ms / 1_000), [30, 60, 120, 240, 480, 900, 900, 900]);
  assertEquals(LONGEST_TRIAL_MS, 900_000);
});

Deno.test("a stable time that is longer than the longest trial is not made shorter", () => {
  assertEquals(trialMs(of(withFailure(NONE, "eth0", early(1))), 3_600_000), 3_600_000);
});

Deno.test("a failure after long service puts a network on trial without doubling anything", () => {
  const once = withFailure(NONE, "eth0", late(EARLY_MS));
  assertEquals([of(once)?.doublings, trialMs(of(once), 30_000)], [0, 30_000]);
  const twice = withFailure(withFailure(NONE, "eth0", early(1)), "eth0", late(2));
  assertEquals(of(twice)?.doublings, 1, "and takes nothing back");
});

Deno.test("ten good minutes under load end it, and a failure begins them anew", () => {
  const minute = 60_000;
  let trials = withFailure(NONE, "eth0", early(0));
  for (let ms = 0; ms < FORGIVEN_AFTER_MS - minute; ms += minute) {
    trials = withProof(trials, "eth0", minute);
  }
  assertEquals(of(trials)?.provenMs, FORGIVEN_AFTER_MS - minute);
  assertEquals(of(withProof(trials, "eth0", minute)), null);
  assertEquals(of(withFailure(trials, "eth0", late(9)))?.provenMs, 0);
  assertEquals(withProof(trials, "wlan0", minute), trials);
});

Deno.test("a night between two looks is not ten good minutes", () => {
  const trials = withProof(withFailure(NONE, "eth0", early(0)), "eth0", 8 * 3_600_000);
  assertEquals(of(trials)?.provenMs, 60_000);
});

Deno.test("with another interface or address it is another network, and is not blamed", () => {
  assertEquals(staysAt("eth0 192.0.2.1"), true);
  assertEquals(staysAt("eth0 192.0.2.1", "eth0 2001:db8::1"), true);
  assertEquals(staysAt("eth0 198.51.100.1"), false);
  assertEquals(staysAt("eth1 192.0.2.1"), false);
  assertEquals(staysAt(), true, "a cable that is pulled is no new network");
});

Deno.test("of very many networks the one that failed longest ago is forgotten", () => {
  let trials = NONE;
  for (let i = 0; i < 70; i++) trials = withFailure(trials, `net${i}`, early(i));
  assertEquals([trials.size, trials.has("net5"), trials.has("net6")], [64, false, true]);
});
