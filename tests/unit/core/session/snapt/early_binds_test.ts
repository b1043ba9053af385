import { EARLY_FOR_MS, EarlyBinds } from "../../../../../lib/core/session/snapt/early_binds.ts";
import { assertEquals } from "../../../../assert.ts";
import { bind } from "./snapt_session_case.ts";

const early = (link: number, stream = link, binding = 1) => ({
  link,
  bind: bind({ stream, binding, epoch: 1, mode: "replay" }),
});

Deno.test("early BINDs are given back once and in order", () => {
  const binds = new EarlyBinds(8);
  binds.keep(early(1), 0);
  binds.keep(early(2), 0);
  assertEquals(binds.takeAll().map(({ link }) => link), [1, 2]);
  assertEquals([binds.takeAll(), binds.deadline], [[], Infinity]);
});

Deno.test("a peer makes SNAPT keep no more early BINDs than streams, and one of each", () => {
  const binds = new EarlyBinds(3);
  for (const link of [1, 2, 3]) assertEquals(binds.keep(early(link), 0), null);
  assertEquals(binds.keep(early(4), 0), 4);
  assertEquals(binds.keep(early(5, 1, 2), 0), 1); // the newer one of the same stream
  assertEquals(binds.keep(early(6, 1, 2), 0), 6);
  assertEquals(binds.takeAll().map(({ link }) => link), [2, 3, 5]);
});

Deno.test("early BINDs are not waited for any longer after a while", () => {
  const binds = new EarlyBinds(3);
  binds.keep(early(1), 0);
  binds.keep(early(2), 500);
  assertEquals([binds.deadline, binds.takeOverdue(EARLY_FOR_MS - 1)], [EARLY_FOR_MS, []]);
  assertEquals(binds.takeOverdue(EARLY_FOR_MS).map(({ link }) => link), [1]);
  assertEquals(binds.deadline, EARLY_FOR_MS + 500);
});
