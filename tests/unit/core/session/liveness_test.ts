import { Liveness } from "../../../../lib/core/session/liveness.ts";
import { assert, assertEquals } from "../../../assert.ts";

const SETTINGS = { heartbeatMs: 10_000, deadAfterMs: 2_000 };

/** Asks when it is due; returns the token and when that was. */
function ask(liveness: Liveness): { readonly token: number; readonly at: number } {
  const at = liveness.nextCheckAt();
  const verdict = liveness.check(at);
  assert(verdict.kind === "ask", `expected a question, got ${verdict.kind}`);
  return { token: verdict.token, at };
}

Deno.test("an idle path is asked when the heartbeat interval is over", () => {
  const liveness = new Liveness(SETTINGS, 0);
  assertEquals(liveness.check(9_999), { kind: "fine" });
  assertEquals(ask(liveness).at, 10_000);
});

Deno.test("a path is dead when nothing at all follows the question", () => {
  const liveness = new Liveness(SETTINGS, 0);
  const { at } = ask(liveness);
  assertEquals(liveness.check(at + 1_999).kind, "fine");
  assertEquals(liveness.check(at + 2_000).kind, "dead");
});

Deno.test("a path is asked soon when something was sent and no answer came", () => {
  const liveness = new Liveness(SETTINGS, 0);
  assert(liveness.noteSent(100));
  assert(!liveness.noteSent(110));
  assertEquals(ask(liveness).at, 350);
});

Deno.test("a path is asked soon when payload was flowing and stops", () => {
  const liveness = new Liveness(SETTINGS, 0);
  liveness.notePayload(1_000);
  assertEquals(liveness.nextCheckAt(), 1_250);
});

Deno.test("a path is not dead when the answer is late but payload still arrives", () => {
  const liveness = new Liveness(SETTINGS, 0);
  const { at, token } = ask(liveness);
  for (let now = at + 500; now <= at + 4_500; now += 500) {
    liveness.notePayload(now);
    assertEquals(liveness.check(now).kind, "fine");
  }
  liveness.notePong(token, at + 4_800);
  assertEquals(liveness.check(at + 4_900).kind, "fine");
});

Deno.test("a control link is dead when it never answers, however much payload arrives", () => {
  const liveness = new Liveness(SETTINGS, 0);
  for (let now = 100; now < 10_000; now += 100) liveness.notePayload(now);
  const { at } = ask(liveness);
  assertEquals(at, 10_000);
  for (let now = at + 100; now < at + 5_000; now += 100) liveness.notePayload(now);
  assertEquals(liveness.check(at + 4_999).kind, "fine");
  assertEquals(liveness.check(at + 5_000).kind, "dead");
});

Deno.test("the round trip is measured when the right answer comes", () => {
  const liveness = new Liveness(SETTINGS, 0);
  const { at, token } = ask(liveness);
  liveness.notePong(token + 1, at + 5);
  assertEquals(liveness.roundTripMs, null);
  const second = ask(liveness);
  liveness.notePong(second.token, second.at + 80);
  assertEquals(liveness.roundTripMs, 80);
});

Deno.test("a slow path gets four round trips when that is longer", () => {
  const liveness = new Liveness(SETTINGS, 0);
  const first = ask(liveness);
  liveness.notePong(first.token, first.at + 1_000);
  const { at } = ask(liveness);
  assertEquals(liveness.check(at + 3_999).kind, "fine");
  assertEquals(liveness.check(at + 4_000).kind, "dead");
});

Deno.test("a suspected path is asked at once", () => {
  const liveness = new Liveness(SETTINGS, 0);
  liveness.suspect(500);
  assertEquals(liveness.check(500).kind, "ask");
});

Deno.test("a question to the old path is forgotten when a new one begins", () => {
  const liveness = new Liveness(SETTINGS, 0);
  const { at } = ask(liveness);
  liveness.restart(at + 1_000);
  assertEquals(liveness.check(at + 5_000).kind, "fine");
  assertEquals(liveness.nextCheckAt(), at + 11_000);
});
