import { assertEquals } from "../../../../assert.ts";
import { openingOf } from "../../../../opening.ts";
import { kindsOf, sent } from "../session_settings.ts";
import { boundStream, cnaptParts } from "./cnapt_parts_case.ts";

Deno.test("a new stream asks for a link over the provider in use", () => {
  const { parts } = cnaptParts("connected");
  const stream = parts.links.open(openingOf("ssh"), 10);
  assertEquals(parts.outbox.flush(), [
    { kind: "requestLink", stream: 1, binding: 1, provider: "eth" },
  ]);
  assertEquals(stream?.link, { kind: "requested", since: 10, previous: null });
});

Deno.test("a new stream waits while none may be bound", () => {
  const { parts } = cnaptParts("searching");
  assertEquals([parts.links.open(openingOf("ssh"), 10)?.id, parts.outbox.flush()], [1, []]);
});

Deno.test("BIND opens a stream until it is confirmed, and replays it afterwards", () => {
  const { parts } = cnaptParts("connected");
  parts.links.open(openingOf("ssh"), 10);
  const bind = (binding: number) => {
    parts.links.acquired(1, binding, 10 + binding, 20);
    return sent(parts.outbox.flush(), "bind")[0]?.mode;
  };
  assertEquals(bind(1), "open");
  parts.links.broken(1, 11, 30);
  assertEquals(bind(2), "open");
  const bound = { kind: "bound", stream: 1, epoch: 0, binding: 2, from: 0, received: 0 } as const;
  parts.links.bound(12, bound, 40);
  parts.links.lost(1, 12, 50);
  assertEquals(bind(3), undefined); // it has nothing to carry
  parts.links.payloadWaits(1, 60);
  assertEquals(bind(3), "replay");
});

Deno.test("a link that nobody waits for any more is closed", () => {
  const { parts } = cnaptParts("connected");
  parts.links.open(openingOf("ssh"), 10);
  parts.links.acquired(1, 2, 12, 20);
  parts.links.acquired(7, 1, 13, 20);
  parts.links.acquired(1, 1, 11, 20);
  const late = { kind: "bound", stream: 1, epoch: 0, binding: 2, from: 0, received: 0 } as const;
  parts.links.bound(11, late, 30);
  const closed = parts.outbox.flush().filter(({ kind }) => kind === "closeLink");
  assertEquals(closed.map((effect) => effect.kind === "closeLink" && effect.link), [12, 13, 11]);
});

Deno.test("a stream that has nothing left to carry asks for no other link, but in a switch", () => {
  const { parts } = cnaptParts("connected");
  const stream = boundStream(parts, 11, 0);
  stream.output = "ended";
  stream.cursor.endAt(0);
  parts.links.lost(11, 11, 20);
  assertEquals(kindsOf(parts.outbox.flush()), ["detach"]);
  parts.switching.beginSudden("eth", "unplugged", 0);
  parts.links.lose(stream, 30);
  assertEquals(kindsOf(parts.outbox.flush()), ["detach", "requestLink"]);
});

Deno.test("a link that was lost makes the path doubtful", () => {
  const { parts } = cnaptParts("connected");
  parts.path.restart(0);
  parts.path.check(0);
  const [ping] = sent(parts.outbox.flush(), "ping");
  parts.path.heard({ kind: "pong", token: ping?.token ?? -1 }, 900);
  parts.path.check(1_000);
  boundStream(parts, 11, 10);
  parts.links.lost(11, 99, 1_000);
  assertEquals(parts.deadlines.next > 1_000, true);
  parts.links.lost(11, 11, 1_000);
  assertEquals(parts.deadlines.next, 1_000);
});

Deno.test("a stall begins with the loss of the link and ends with BOUND", () => {
  const { parts } = cnaptParts("connected");
  const stream = boundStream(parts, 11, 10);
  parts.switching.beginSudden("eth", "unplugged", 0);
  parts.links.lose(stream, 100);
  parts.links.acquired(11, 2, 12, 120);
  const bound = { kind: "bound", stream: 11, epoch: 0, binding: 2, from: 0, received: 0 } as const;
  parts.links.bound(12, bound, 150);
  const receipt = parts.switching.end("switched", { epoch: 1, streams: 1 }, 160);
  assertEquals([receipt?.stallMs, receipt?.replayedBytes, stream.stalledSince], [50, 10, null]);
});

Deno.test("two links that lead nowhere within 10 s make the network doubtful, one does not", () => {
  const { parts } = cnaptParts("connected");
  const stream = boundStream(parts, 11, 10);
  const doubted: number[] = [];
  parts.path.suspect = (now) => doubted.push(now);
  for (const now of [20_010, 31_000, 40_000]) parts.links.stuck(stream, now);
  assertEquals(doubted, [40_000]);
});

Deno.test("a link that somebody closes while it is idle is asked for when there is something to carry", () => {
  const { parts } = cnaptParts("connected");
  const stream = boundStream(parts, 11, 0);
  parts.links.lost(stream.id, 11, 60_000);
  assertEquals([kindsOf(parts.outbox.flush())[0], stream.link.kind], ["detach", "resting"]);
  parts.links.payloadWaits(stream.id, 70_000);
  assertEquals(kindsOf(parts.outbox.flush()), ["requestLink"]);
});

Deno.test("SNAPT asks a link for a stream that rests", () => {
  const { parts } = cnaptParts("connected");
  const stream = boundStream(parts, 11, 0);
  parts.links.lost(stream.id, 11, 60_000);
  parts.outbox.flush();
  parts.links.lostByPeer(stream.id, stream.binding, 70_000);
  assertEquals(kindsOf(parts.outbox.flush()), ["requestLink"]);
});

Deno.test("what SNAPT has asked a link for does not rest when that link breaks before BOUND", () => {
  const { parts } = cnaptParts("connected");
  const stream = boundStream(parts, 11, 0);
  parts.links.lost(stream.id, 11, 60_000);
  parts.links.lostByPeer(stream.id, stream.binding, 70_000);
  parts.links.acquired(stream.id, 2, 12, 70_000);
  parts.outbox.flush();
  parts.links.broken(stream.id, 12, 70_100); // it had been parked, and was forgotten meanwhile
  assertEquals(kindsOf(parts.outbox.flush()), ["detach", "requestLink"]);
});
