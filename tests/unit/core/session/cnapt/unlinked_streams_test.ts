import type { CnaptParts } from "../../../../../lib/core/session/cnapt/cnapt_parts.ts";
import { endUnlinked } from "../../../../../lib/core/session/cnapt/unlinked_streams.ts";
import { assertEquals } from "../../../../assert.ts";
import { openingOf } from "../../../../opening.ts";
import { sent } from "../session_settings.ts";
import { boundStream, cnaptParts } from "./cnapt_parts_case.ts";

/** What ends, and with which code, when `parts` look at `now`. */
function endedAt(parts: CnaptParts, now: number): readonly [number, string][] {
  parts.outbox.flush();
  endUnlinked(parts, now);
  return parts.outbox.flush().flatMap((effect): [number, string][] =>
    effect.kind === "resetStream" ? [[effect.stream, effect.code]] : []
  );
}

Deno.test("a new stream that gets no link while the network is well is ended in time", () => {
  const { parts } = cnaptParts("connected");
  for (let i = 0; i < 3; i++) parts.links.open(openingOf("ssh"), i);
  assertEquals(endedAt(parts, 119_999), []);
  parts.outbox.flush();
  endUnlinked(parts, 120_001);
  const effects = parts.outbox.flush();
  assertEquals(effects.flatMap((one) => one.kind === "resetStream" ? [one.stream] : []), [1, 2]);
  const notes = effects.flatMap((one) => one.kind === "note" ? [one.detail] : []);
  assertEquals(notes, ["2 connections got no link within 120 s"]);
  assertEquals(sent(effects, "reset"), [], "SNAPT never heard of them");
});

Deno.test("a stream that waits for the network, or that SNAPT knows, is never ended so", () => {
  const { parts } = cnaptParts("searching");
  parts.links.open(openingOf("ssh"), 0);
  const known = boundStream(parts, 11, 0);
  known.link = { kind: "requested", since: 0, previous: null };
  assertEquals(endedAt(parts, 600_000), []);
});

Deno.test("they are looked for as long as there are any", () => {
  const { parts } = cnaptParts("connected");
  parts.links.open(openingOf("ssh"), 0);
  assertEquals(parts.deadlines.next, 1_000);
  assertEquals(parts.deadlines.takeDue(1_000), "unlinked");
  endUnlinked(parts, 1_000);
  assertEquals(parts.deadlines.takeDue(2_000), "unlinked");
  parts.links.acquired(1, 1, 11, 2_000);
  parts.deadlines.clear("progress");
  endUnlinked(parts, 2_000);
  assertEquals(parts.deadlines.takeDue(3_000), null);
});
