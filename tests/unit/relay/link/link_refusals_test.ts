import { LinkRefusals } from "../../../../lib/relay/link/link_refusals.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("what SNAPT says when it turns a link away is news once, and shown for a minute", () => {
  const refusals = new LinkRefusals();
  assertEquals(refusals.note("a", "full", "too many", 0), true);
  assertEquals(refusals.note("a", "full", "too many", 30_000), false);
  assertEquals(refusals.note("a", "revoked", "not you", 30_000), true);
  assertEquals(refusals.all(89_999).map(({ provider }) => provider), ["a"]);
  assertEquals(refusals.all(90_000), []);
  assertEquals(refusals.note("a", "revoked", "not you", 90_000), true);
});
