import { EAGER_TAIL_BYTES } from "../../../../../lib/core/session/cnapt/cnapt_moves.ts";
import { assert, assertEquals } from "../../../../assert.ts";
import { CNAPT_SETTINGS, kindsOf } from "../session_settings.ts";
import { boundStream, cnaptParts } from "./cnapt_parts_case.ts";

const ROOMY = {
  ...CNAPT_SETTINGS,
  limits: { ringBytes: 1024 * 1024, sessionBytes: 8 * 1024 * 1024, streams: 9 },
};

Deno.test("an overlapped switch asks for a link for every stream and keeps the old ones", () => {
  const { parts, taken } = cnaptParts("overlapDraining");
  parts.switching.beginPlanned("overlapped", { from: "eth", to: "wifi" }, "asked", 0);
  const stream = boundStream(parts, 11, 10);
  parts.moves.redirectAll(10);
  assertEquals(parts.outbox.flush(), [
    { kind: "requestLink", stream: 11, binding: 2, provider: "wifi" },
  ]);
  assertEquals(stream.link, { kind: "requested", since: 10, previous: 11 });
  stream.link = { kind: "bound", since: 20, link: 12, epoch: 1 };
  parts.moves.inboundMoved(11, 11, 20);
  assertEquals(taken, []);
  parts.moves.inboundMoved(11, 12, 20);
  assertEquals(taken, [{ kind: "inboundDrained" }]);
});

Deno.test("a strict switch reads the old links up to the positions that SNAPT named", () => {
  const { parts, taken } = cnaptParts("strictDraining");
  parts.switching.beginPlanned("strict", { from: "eth", to: "wifi" }, "asked", 0);
  const stream = boundStream(parts, 11, 0);
  parts.moves.takeLastMessages(0, [{ stream: 11, position: 40 }, { stream: 99, position: 1 }]);
  assertEquals([kindsOf(parts.outbox.flush()), stream.cut], [["checkInput"], 40]);
  parts.moves.inboundMoved(11, 11, 20);
  assertEquals(taken, [{ kind: "inboundDrained" }]);
});

Deno.test("last positions of another switch are of no consequence", () => {
  const { parts } = cnaptParts("strictDraining");
  boundStream(parts, 11, 0);
  parts.moves.takeLastMessages(0, [{ stream: 11, position: 40 }]);
  parts.switching.beginPlanned("strict", { from: "eth", to: "wifi" }, "asked", 0);
  parts.place.epoch = 2;
  parts.moves.takeLastMessages(1, [{ stream: 11, position: 40 }]);
  assertEquals(parts.outbox.flush(), []);
});

Deno.test("what does not drain in time is sent again on another link", () => {
  const { parts, taken } = cnaptParts("overlapDraining");
  parts.switching.beginPlanned("overlapped", { from: "eth", to: "wifi" }, "asked", 0);
  boundStream(parts, 11, 10);
  parts.moves.redirectAll(10);
  parts.outbox.flush();
  parts.moves.giveUpDraining(1_010);
  assertEquals(kindsOf(parts.outbox.flush()), ["detach", "requestLink"]);
  assertEquals(taken, [{ kind: "inboundDrained" }]);
});

Deno.test("small tails are bound again first, and large ones wait for the peer's position", () => {
  const { parts } = cnaptParts("resuming", ROOMY);
  parts.switching.beginSudden("eth", "unplugged", 0);
  parts.switching.found("wifi");
  for (const [link, bytes] of [[11, EAGER_TAIL_BYTES + 1], [12, 500], [13, 20]] as const) {
    boundStream(parts, link, bytes).link = { kind: "unbound", since: 0 };
  }
  const asked = () =>
    parts.outbox.flush().flatMap((effect) => effect.kind === "requestLink" ? [effect.stream] : []);
  parts.moves.rebindAll(10);
  assertEquals(asked(), [13, 12]);
  parts.moves.rebindDeferred(20);
  assertEquals(asked(), [11]);
  parts.moves.rebindDeferred(30);
  assertEquals(asked(), []);
});

Deno.test("a stream that ends while it moves is not waited for", () => {
  const { parts, taken } = cnaptParts("overlapDraining");
  parts.switching.beginPlanned("overlapped", { from: "eth", to: "wifi" }, "asked", 0);
  const stream = boundStream(parts, 11, 10);
  parts.moves.redirectAll(10);
  parts.ends.fail(stream, "application", 20);
  assertEquals(taken, [{ kind: "inboundDrained" }]);
});

Deno.test("forwarding stops on all links, and the stall of each stream begins", () => {
  const { parts } = cnaptParts("connected");
  const stream = boundStream(parts, 11, 0);
  parts.moves.stopAll(10);
  parts.moves.stallAll(5);
  assertEquals([kindsOf(parts.outbox.flush()), stream.stalledSince], [["stopOutbound"], 10]);
});

Deno.test("an old link that still brings something is waited for, one that stands is not", () => {
  const { parts } = cnaptParts("overlapDraining");
  parts.switching.beginPlanned("overlapped", { from: "eth", to: "lte" }, "asked", 0);
  const [moving, standing] = [boundStream(parts, 11, 0), boundStream(parts, 12, 0)];
  parts.moves.redirectAll(0);
  moving.cursor.beginLink(0);
  moving.cursor.take(5_000);
  parts.moves.giveUpDraining(1_000);
  assertEquals([parts.moving.has(moving.id), parts.moving.has(standing.id)], [true, false]);
  assert(parts.deadlines.next <= 2_000);
  parts.moves.giveUpDraining(2_000);
  assertEquals(parts.moving.has(moving.id), false);
});
