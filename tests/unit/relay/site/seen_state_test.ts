import type { CnaptSession } from "../../../../lib/core/session/cnapt/cnapt_session.ts";
import { seenState } from "../../../../lib/relay/site/seen_state.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("a session that seeks another control link is without a network to others", () => {
  const seen = (state: CnaptSession["state"], isSeeking: boolean) =>
    seenState({ state, path: { isSeeking } });
  assertEquals(seen("connected", false), "connected");
  assertEquals(seen("connected", true), "searching");
  assertEquals(seen("resuming", true), "resuming");
});
