import { assert, assertEquals } from "../../../../assert.ts";
import { sent } from "../session_settings.ts";
import { sending, sharedParts, USUAL_MS } from "../shared_parts.ts";

function watched(...bytes: readonly number[]) {
  const parts = sharedParts();
  const streams = bytes.map((count) => sending(parts, count));
  for (const [i, stream] of streams.entries()) {
    stream.link = { kind: "bound", since: 0, link: 11 + i, epoch: 0 };
    parts.watch.sent(stream, 0);
  }
  /** Lets time pass; what is asked is answered after `answerMs`. */
  const run = (until: number, answerMs: number) => {
    const asked: { readonly token: number; readonly at: number }[] = [];
    for (let now = 0; now <= until; now += 5) {
      while (parts.deadlines.takeDue(now) === "progress") parts.watch.look(now);
      for (const { token } of sent(parts.outbox.flush(), "ping")) asked.push({ token, at: now });
      for (const { token, at } of asked) {
        if (now === at + answerMs) parts.watch.pong(token, now);
      }
    }
    return asked;
  };
  return { parts, streams, run };
}

Deno.test("a stream on which nothing is taken loses its link when the peer answers otherwise", () => {
  const { parts, run } = watched(10);
  const asked = run(USUAL_MS + 25, 40);
  assertEquals([parts.told.lost, asked.length, parts.told.answeredMs], [[1], 1, [40]]);
});

Deno.test("nobody is condemned, or asked twice, on a path that does not answer", () => {
  const { parts, run } = watched(10);
  assertEquals([run(60_000, Infinity).length, parts.told.lost], [1, []]);
});

Deno.test("what was asked on another control link is asked again", () => {
  const { parts, run } = watched(10);
  run(1_000, Infinity);
  parts.outbox.adopt(2);
  parts.watch.look(1_300);
  assertEquals(sent(parts.outbox.flush(), "ping").length, 1);
});

Deno.test("in the middle of a switch only an unanswered BIND is judged", () => {
  const { parts, streams: [bound, binding], run } = watched(10, 10);
  parts.told.settled = false;
  assert(bound !== undefined && binding !== undefined);
  binding.link = { kind: "binding", since: 0, link: 12 };
  run(10_000, 40);
  assertEquals(parts.told.lost, [binding.id]);
});

Deno.test("without anything under way nothing is looked at", () => {
  const { parts, streams: [stream] } = watched(10);
  assert(stream !== undefined);
  parts.watch.peerTook(stream, 10, "reading", 20);
  parts.watch.look(USUAL_MS);
  assertEquals(parts.deadlines.next, Infinity);
});
