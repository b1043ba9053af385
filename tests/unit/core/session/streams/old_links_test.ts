import { OldLinks } from "../../../../../lib/core/session/streams/old_links.ts";
import { assertEquals } from "../../../../assert.ts";
import { sending, sharedParts, take } from "../shared_parts.ts";

function leaving(until: number | null) {
  const stream = sending(sharedParts(), 0);
  const old = new OldLinks();
  take(stream, 100);
  old.begin(stream);
  if (until !== null) old.endsAt(stream.id, until);
  return { stream, old };
}

Deno.test("an old link is waited for as long as it brings something", () => {
  const { stream, old } = leaving(null);
  take(stream, 1);
  assertEquals([old.isMoving(stream), old.isMoving(stream)], [true, false]);
});

Deno.test("an old link that would take too long is not waited for", () => {
  const { stream, old } = leaving(100 + 11 * 1_000);
  take(stream, 1_000);
  assertEquals(old.isMoving(stream), true);
  take(stream, 900); // 9,100 are left
  assertEquals(old.isMoving(stream), false);
});

Deno.test("a stream that leaves no link is not waited for", () => {
  const { stream, old } = leaving(null);
  old.clear();
  take(stream, 1);
  assertEquals(old.isMoving(stream), false);
});
