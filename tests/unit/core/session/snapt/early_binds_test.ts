import { EarlyBinds, MAX_EARLY_BINDS } from "../../../../../lib/core/session/snapt/early_binds.ts";
import { assertEquals } from "../../../../assert.ts";
import { openingOf } from "../../../../opening.ts";

const early = (link: number) => ({
  link,
  bind: {
    kind: "bind",
    stream: link,
    epoch: 1,
    binding: 1,
    mode: "replay",
    from: 0,
    received: 0,
    opening: openingOf("ssh"),
  } as const,
});

Deno.test("early BINDs are given back once and in order", () => {
  const binds = new EarlyBinds();
  binds.keep(early(1));
  binds.keep(early(2));
  assertEquals(binds.takeAll().map(({ link }) => link), [1, 2]);
  assertEquals(binds.takeAll(), []);
});

Deno.test("a peer makes SNAPT keep no more than so many early BINDs", () => {
  const binds = new EarlyBinds();
  for (let link = 1; link <= MAX_EARLY_BINDS; link++) binds.keep(early(link));
  assertEquals([binds.keep(early(0)), binds.takeAll().length], [false, MAX_EARLY_BINDS]);
});
