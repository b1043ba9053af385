import { Liveness } from "../../../../lib/core/path/liveness.ts";
import { assert, assertEquals } from "../../../assert.ts";

const SETTINGS = { heartbeatMs: 10_000, deadAfterMs: 2_000 };

/** What is to be done but for asking around and the system, which is done on the way. */
function settled(liveness: Liveness, now: number): string {
  for (let turns = 0; turns < 3; turns++) {
    const { kind } = liveness.check(now);
    if (kind === "verify") liveness.noteSystem(null, now);
    else if (kind !== "askAround") return kind;
  }
  return "unsettled";
}

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

Deno.test("another link is sought when nothing at all follows the question", () => {
  const liveness = new Liveness(SETTINGS, 0);
  const { at } = ask(liveness);
  assertEquals(settled(liveness, at + 1_999), "fine");
  assertEquals([settled(liveness, at + 2_000), liveness.isSeeking], ["seek", true]);
  assertEquals(settled(liveness, at + 2_001), "fine");
});

Deno.test("a path is dead when SNAPT has given it up too, and nobody else answers", () => {
  const liveness = new Liveness(SETTINGS, 0);
  const { at } = ask(liveness);
  liveness.notePath(at + 100);
  assertEquals(settled(liveness, at + 2_100), "seek");
  assertEquals(liveness.nextCheckAt(), at + 30_100);
  assertEquals(settled(liveness, at + 30_100), "dead");
});

Deno.test("a path that is silent is kept when it speaks again", () => {
  const liveness = new Liveness(SETTINGS, 0);
  const { at } = ask(liveness);
  assertEquals(settled(liveness, at + 2_000), "seek");
  liveness.notePath(at + 3_000);
  assertEquals([liveness.isSeeking, settled(liveness, at + 3_100)], [false, "fine"]);
});

Deno.test("a path is not given up while the system gets acknowledgements over it", () => {
  const liveness = new Liveness({ ...SETTINGS, quietMs: 50, outvotedAfterMs: 80 }, 0);
  liveness.noteSent(0);
  liveness.check(50);
  liveness.check(50);
  liveness.noteOtherAnswered(100);
  for (let now = 130; now < 5_000; now += 60) {
    assertEquals(liveness.check(now).kind, "verify", `at ${now}`);
    liveness.noteSystem(now - 20, now);
    assertEquals([liveness.check(now).kind, liveness.nextCheckAt()], ["fine", now + 60]);
  }
});

Deno.test("acknowledgements of the system are believed for ten seconds", () => {
  const liveness = new Liveness({ ...SETTINGS, quietMs: 50, outvotedAfterMs: 80 }, 0);
  liveness.noteSent(0);
  liveness.check(50);
  liveness.check(50);
  liveness.noteOtherAnswered(100);
  liveness.noteSystem(10_060, 10_060);
  assertEquals(settled(liveness, 10_060), "seek", "of the control link");
  assertEquals(liveness.nextCheckAt(), 10_130);
  assertEquals(settled(liveness, 10_130), "dead");
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
    assertEquals(settled(liveness, now), "fine");
  }
  liveness.notePong(token, at + 4_800);
  assertEquals(settled(liveness, at + 4_900), "fine");
});

Deno.test("a control link is replaced when it never answers, however much payload arrives", () => {
  const liveness = new Liveness(SETTINGS, 0);
  for (let now = 100; now < 10_000; now += 100) liveness.notePayload(now);
  const { at } = ask(liveness);
  assertEquals(at, 10_000);
  for (let now = at + 100; now < at + 5_000; now += 100) liveness.notePayload(now);
  assertEquals(settled(liveness, at + 4_999), "fine");
  assertEquals(settled(liveness, at + 5_000), "seek");
  liveness.notePayload(at + 5_100);
  assertEquals(liveness.isSeeking, true);
  liveness.noteHeard(at + 5_200);
  assertEquals(liveness.isSeeking, false);
});

Deno.test("the round trip is measured when the right answer comes", () => {
  const liveness = new Liveness(SETTINGS, 0);
  const { at, token } = ask(liveness);
  liveness.notePong(token + 1, at + 5);
  assertEquals(liveness.roundTripMs, null);
  liveness.noteHeard(at + 10);
  liveness.notePong(token, at + 80);
  assertEquals(liveness.roundTripMs, 80);
});

Deno.test("a slow path gets four round trips when that is longer", () => {
  const liveness = new Liveness(SETTINGS, 0);
  const first = ask(liveness);
  liveness.notePong(first.token, first.at + 1_000);
  const { at } = ask(liveness);
  assertEquals(settled(liveness, at + 3_999), "fine");
  assertEquals(settled(liveness, at + 4_000), "seek");
});

Deno.test("a very slow path gets ten seconds", () => {
  const liveness = new Liveness(SETTINGS, 0);
  liveness.restart(0, 4_000);
  const { at } = ask(liveness);
  assertEquals(settled(liveness, at + 9_999), "fine");
  assertEquals(settled(liveness, at + 10_000), "seek");
});

Deno.test("a path is measured while payload flows, at once and then as often as is set", () => {
  const liveness = new Liveness({ ...SETTINGS, measureMs: 1_000 }, 0);
  liveness.restart(0, 20);
  const asked: number[] = [];
  for (let now = 0; now < 5_000; now += 10) {
    if (now % 50 === 0) liveness.noteSent(now);
    if (now % 50 === 30) liveness.notePayload(now);
    const verdict = liveness.check(now);
    if (verdict.kind !== "ask") continue;
    asked.push(now);
    liveness.notePong(verdict.token, now);
  }
  assertEquals(asked, [0, 1_000, 2_000, 3_000, 4_000]);
});

Deno.test("a round trip is measured although other frames and payload come before the answer", () => {
  const liveness = new Liveness({ ...SETTINGS, measureMs: 1_000 }, 0);
  liveness.restart(0, 20);
  const { token } = ask(liveness);
  for (let now = 10; now < 620; now += 10) {
    liveness.notePayload(now);
    liveness.noteHeard(now);
    assertEquals(settled(liveness, now), "fine");
  }
  liveness.notePong(token, 623);
  assertEquals(liveness.roundTripMs, 623);
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
  assertEquals(ask(liveness).at, at + 1_000);
});

Deno.test("a path in doubt is asked about everywhere at once when an answer is overdue", () => {
  const liveness = new Liveness({ ...SETTINGS, quietMs: 50 }, 0);
  liveness.noteSent(100);
  assertEquals(liveness.nextCheckAt(), 150);
  assertEquals(liveness.check(150).kind, "ask");
  assertEquals(liveness.check(150).kind, "askAround");
  assertEquals(liveness.check(150).kind, "fine");
});

Deno.test("a path that answers in the moment in which it was asked about is not asked about again at once", () => {
  const liveness = new Liveness({ ...SETTINGS, quietMs: 50 }, 0);
  liveness.noteSent(100);
  liveness.check(150);
  assertEquals(liveness.check(150).kind, "askAround");
  liveness.notePath(150);
  assertEquals(liveness.nextCheckAt(), 200);
  assertEquals(liveness.check(150).kind, "fine");
});

Deno.test("a heartbeat is not asked around before it is overdue itself", () => {
  const liveness = new Liveness(SETTINGS, 0);
  const { at } = ask(liveness);
  assertEquals(liveness.check(at + 249).kind, "fine");
  assertEquals(liveness.check(at + 250).kind, "askAround");
});

Deno.test("a path that is outvoted is dead sooner, with the reason", () => {
  const liveness = new Liveness({ ...SETTINGS, quietMs: 50, outvotedAfterMs: 80 }, 0);
  liveness.noteSent(0);
  liveness.check(50);
  liveness.check(50);
  liveness.noteOtherAnswered(100);
  assertEquals(liveness.check(129).kind, "fine");
  assertEquals(liveness.check(130).kind, "verify");
  liveness.noteSystem(null, 130);
  const verdict = liveness.check(130);
  assert(verdict.kind === "dead" && verdict.reason.includes("over another network"));
});

Deno.test("an answer over another network is no vote when nobody was asked around", () => {
  const liveness = new Liveness({ ...SETTINGS, outvotedAfterMs: 80 }, 0);
  const { at } = ask(liveness);
  liveness.noteOtherAnswered(at + 60);
  assertEquals(liveness.check(at + 200).kind, "fine");
});

Deno.test("a path that answers on another link of its own is not outvoted", () => {
  const liveness = new Liveness({ ...SETTINGS, quietMs: 50, outvotedAfterMs: 80 }, 0);
  liveness.noteSent(0);
  liveness.check(50);
  liveness.check(50);
  liveness.noteOtherAnswered(100);
  liveness.notePath(120);
  assertEquals(liveness.check(130).kind, "fine");
});

Deno.test("a path is not outvoted before its own answer could be read after a standstill", () => {
  const liveness = new Liveness({ ...SETTINGS, quietMs: 50, outvotedAfterMs: 80 }, 0);
  liveness.noteSent(0);
  liveness.check(50);
  liveness.check(50);
  // Nothing was read for a second; then the answer over the other network comes to light first.
  liveness.noteOtherAnswered(1_040);
  assertEquals(liveness.check(1_040).kind, "fine");
  liveness.notePath(1_041);
  assertEquals(liveness.check(1_046).kind, "fine");
});

Deno.test("a path with a varying round trip gets more time before it is asked", () => {
  const [steady, varying] = [[20, 20, 20, 20], [20, 90, 20, 90]].map((answers) => {
    const liveness = new Liveness({ ...SETTINGS, quietMs: 50 }, 0);
    for (const ms of answers) {
      const { token, at } = ask(liveness);
      liveness.notePong(token, at + ms);
    }
    const now = liveness.heardAt;
    liveness.noteSent(now);
    return liveness.nextCheckAt() - now;
  });
  assert(steady !== undefined && varying !== undefined && varying > steady + 50);
});
