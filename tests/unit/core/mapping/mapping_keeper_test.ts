import {
  afterFact,
  firstState,
  type KeeperFact,
  type KeeperState,
  LOOK_MS,
  nextAct,
  SILENT_LOOK_MS,
} from "../../../../lib/core/mapping/mapping_keeper.ts";
import { assert, assertEquals } from "../../../assert.ts";

const METHODS = 3;
const HOUR: KeeperFact = { kind: "granted", lifetimeS: 3_600 };

function after(state: KeeperState, fact: KeeperFact, nowMs = 0): KeeperState {
  return afterFact(state, fact, { nowMs, methods: METHODS });
}
const first = firstState(METHODS);
const refused: KeeperFact = { kind: "refused" };
const silent: KeeperFact = { kind: "silent" };

Deno.test("methods are asked one after the other, then there is a rest that grows to a bound", () => {
  let state = first;
  for (const method of [0, 1, 2]) {
    assertEquals(nextAct(state, 0), { kind: "ask", method });
    state = after(state, method === 1 ? refused : silent);
  }
  assertEquals(nextAct(state, 0), { kind: "rest", untilMs: 5_000 });
  const rests: number[] = [];
  for (let round = 0; round < 8; round++) {
    state = after(state, { kind: "rested" });
    for (let method = 0; method < METHODS; method++) state = after(state, silent);
    const act = nextAct(state, 0);
    if (act.kind === "rest") rests.push(act.untilMs);
  }
  assertEquals(rests, [10, 20, 40, 80, 160, 300, 300, 300].map((s) => s * 1_000));
});

Deno.test("a mapping is looked at every few seconds and renewed at half its life", () => {
  let state = after(first, HOUR, 1_000);
  assertEquals(nextAct(state, 1_000), { kind: "look", method: 0, atMs: 1_000 + LOOK_MS });
  state = after(state, { kind: "seen" }, 4_000);
  assertEquals(nextAct(state, 4_000), { kind: "look", method: 0, atMs: 4_000 + LOOK_MS });
  assertEquals(nextAct(state, 1_801_000), { kind: "ask", method: 0 });
  state = after(state, HOUR, 1_801_000);
  assertEquals(nextAct(state, 1_801_000).kind, "look");
});

Deno.test("a mapping that lasts until it is taken back is looked at and never renewed", () => {
  const state = after(first, { kind: "granted", lifetimeS: null });
  assertEquals(nextAct(state, 10 ** 12), { kind: "look", method: 0, atMs: LOOK_MS });
});

Deno.test("a router that is silent when it is looked at is looked at more often", () => {
  const state = after(after(first, HOUR), { kind: "unseen" }, 3_000);
  assertEquals(nextAct(state, 3_000), { kind: "look", method: 0, atMs: 3_000 + SILENT_LOOK_MS });
});

Deno.test("a mapping that was forgotten is asked for again at once, by the same method first", () => {
  let state = after(after(after(first, refused), HOUR), { kind: "forgotten" }, 3_000);
  assertEquals(nextAct(state, 3_000), { kind: "ask", method: 1 });
  state = after(state, refused);
  assertEquals(nextAct(state, 3_000), { kind: "ask", method: 0 });
});

Deno.test("a renewal that nobody answers is tried again until the mapping ends, then all are", () => {
  let state = after(first, { kind: "granted", lifetimeS: 120 });
  let tries = 0;
  for (let nowMs = 60_000; nowMs < 120_000; nowMs += 500) {
    if (nextAct(state, nowMs).kind !== "ask") continue;
    tries += 1;
    state = after(state, silent, nowMs);
    assertEquals(state.kind, "held");
  }
  assert(tries >= 3 && tries <= 8, `${tries}`);
  assertEquals(nextAct(state, 120_000), { kind: "ask", method: 0 });
});

Deno.test("a router that is not connected yet is asked every three seconds, by that method alone", () => {
  let state = after(after(after(first, refused), { kind: "unconnected" }), { kind: "unconnected" });
  for (let tries = 1; tries < 20; tries++) {
    assertEquals(nextAct(state, 0), { kind: "rest", untilMs: 3_000 });
    state = after(state, { kind: "rested" });
    assertEquals(nextAct(state, 0), { kind: "ask", method: 1 });
    if (tries === 7) assertEquals(after(state, HOUR).kind, "held");
    state = after(state, { kind: "unconnected" });
  }
  // Now and then all of them.
  state = after(state, { kind: "rested" });
  assertEquals(nextAct(after(state, { kind: "unconnected" }), 0), { kind: "ask", method: 0 });
  // One that refuses by now is nothing to hope for.
  state = after(after(after(state, refused), refused), refused);
  assertEquals(nextAct(state, 0), { kind: "rest", untilMs: 5_000 });
});

Deno.test("a router that had a mapping and is gone for hours is asked every three seconds", () => {
  const gone = after(first, { kind: "granted", lifetimeS: 120 });
  let state = after(gone, silent, 120_000);
  for (let round = 0; round < 2_000; round++) {
    assertEquals(nextAct(state, 0).kind, "ask");
    while (state.kind === "asking") state = after(state, silent, 120_000);
    assertEquals(nextAct(state, 120_000), { kind: "rest", untilMs: 123_000 });
    state = after(state, { kind: "rested" });
  }
});

Deno.test("a router that is not connected when it is to renew keeps what it gave", () => {
  assertEquals(after(after(first, HOUR), { kind: "unconnected" }).kind, "held");
});

Deno.test("a renewal that is refused ends the mapping", () => {
  assertEquals(after(after(first, HOUR), refused).kind, "asking");
});

Deno.test("another network is asked from the beginning, whatever was before", () => {
  const resting = [silent, silent, silent].reduce((state, fact) => after(state, fact), first);
  for (const state of [resting, after(first, HOUR), after(first, silent)]) {
    assertEquals(after(state, { kind: "moved" }), first);
  }
});

Deno.test("a fact that does not belong to a state leaves it as it is", () => {
  for (const kind of ["seen", "unseen", "forgotten", "rested"] as const) {
    assertEquals(after(first, { kind }), first);
  }
});
