import { sitePhaseOf } from "../../../../lib/relay/site/site_snapshot.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("the phase of a site is that of its session, or that it was refused", () => {
  assertEquals(sitePhaseOf("refused"), "refused");
  assertEquals(sitePhaseOf("connected"), "connected");
  assertEquals(sitePhaseOf("strictAwaitingSites"), "switching");
  assertEquals(sitePhaseOf("searching"), "searching");
  assertEquals(sitePhaseOf("closed"), "ended");
});
