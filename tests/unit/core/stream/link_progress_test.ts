import { LinkProgress } from "../../../../lib/core/stream/link_progress.ts";
import { assertEquals } from "../../../assert.ts";

const USUAL_MS = 500;

/** A stream that has sent 100 bytes at 1000. */
function sending(): LinkProgress {
  const progress = new LinkProgress();
  progress.sent(100, 1_000);
  return progress;
}

/** When it is condemned, asked as soon as it wants to be, and answered after `answerMs`. */
function stuckAt(progress: LinkProgress, answerMs: number, from: number): number | null {
  let answerAt = Infinity;
  for (let now = from; now < from + 120_000; now += 5) {
    if (answerAt === Infinity && progress.needsWitness(USUAL_MS, now)) answerAt = now + answerMs;
    if (now === answerAt) progress.witnessed(answerAt - answerMs, now);
    if (progress.isStuck(USUAL_MS, now)) return now;
  }
  return null;
}

Deno.test("nothing is waited for before something is sent, and after it was taken", () => {
  assertEquals(new LinkProgress().lookAt(USUAL_MS), Infinity);
  const progress = sending();
  assertEquals(progress.since, 1_000);
  progress.peerTook(100, "reading", 100, 1_050);
  assertEquals([progress.since, progress.taken], [null, 100]);
});

Deno.test("the time begins anew with each byte that is taken", () => {
  const progress = sending();
  progress.peerTook(40, "reading", 100, 1_300);
  assertEquals(progress.since, 1_300);
  progress.peerTook(40, "reading", 100, 1_400); // said again
  assertEquals(progress.since, 1_300);
});

Deno.test("a link is stuck after the usual time when the peer answers to a later question", () => {
  assertEquals(stuckAt(sending(), 60, 1_000), 1_000 + USUAL_MS);
});

Deno.test("a question from before the bytes is no witness", () => {
  const progress = sending();
  progress.witnessed(999, 1_100);
  assertEquals(progress.isStuck(USUAL_MS, 99_000), false);
  progress.witnessed(1_000, 1_100);
  assertEquals(progress.isStuck(USUAL_MS, 99_000), true);
});

Deno.test("without an answer no link is stuck: it is the path that stands", () => {
  assertEquals(stuckAt(sending(), 1e9, 1_000), null);
});

Deno.test("an answer that comes late leaves the acknowledgement a moment to follow", () => {
  const progress = sending();
  progress.witnessed(1_250, 9_000);
  assertEquals([progress.isStuck(USUAL_MS, 9_079), progress.isStuck(USUAL_MS, 9_080)], [
    false,
    true,
  ]);
});

Deno.test("a link is never stuck while the application over there takes its time", () => {
  const progress = sending();
  progress.peerTook(60, "holding", 100, 1_050);
  assertEquals([progress.since, stuckAt(progress, 20, 1_050)], [null, null]);
  progress.sent(200, 30_000);
  assertEquals(progress.since, null);
  progress.peerTook(60, "reading", 200, 60_000);
  assertEquals(stuckAt(progress, 20, 60_000), 60_000 + USUAL_MS);
});

Deno.test("patience doubles while links do not help, until the stream was well for a while", () => {
  const progress = sending();
  const took: number[] = [];
  let now = 1_000;
  for (let i = 0; i < 8; i++) {
    const at = stuckAt(progress, 20, now) ?? NaN;
    took.push((at - now) / USUAL_MS);
    progress.condemned(at);
    now = at + 50;
    progress.bindSent(now);
  }
  assertEquals(took, [1, 2, 4, 8, 16, 32, 64, 64]);
  progress.bound(100, 0, now);
  progress.peerTook(50, "reading", 100, now + 100);
  assertEquals(stuckAt(progress, 20, now + 100), now + 100 + 64 * USUAL_MS);
  progress.peerTook(60, "reading", 100, now + 50_000);
  assertEquals(stuckAt(progress, 20, now + 50_000), now + 50_000 + USUAL_MS);
});

Deno.test("an unanswered BIND is a stuck link, and BOUND ends the wait", () => {
  const progress = new LinkProgress();
  progress.bindSent(1_000);
  assertEquals(stuckAt(progress, 20, 1_000), 1_000 + USUAL_MS);
  progress.bound(0, 0, 1_600);
  assertEquals(progress.since, null);
  progress.bound(10, 0, 1_700);
  assertEquals(progress.since, 1_700);
});
