import {
  MAX_BLOCKED_S,
  MAX_FAILED_SOURCES,
  UnprovenLinks,
} from "../../../../lib/relay/access/unproven_links.ts";
import { assertEquals } from "../../../assert.ts";

const LIMITS = { pendingPerSource: 2, pending: 3, failuresPerSecond: 2 };

/** Adds links of these sources; those that had to make room, in order. */
function evictedOf(links: UnprovenLinks, ...sources: readonly string[]): string[] {
  const evicted: string[] = [];
  sources.forEach((source, index) => links.add(source, () => evicted.push(`${source}${index}`)));
  return evicted;
}

Deno.test("of a source that has too many, the one that waited longest makes room", () => {
  const links = new UnprovenLinks(LIMITS);
  assertEquals(evictedOf(links, "a", "b", "a", "a"), ["a0"]);
  assertEquals(links.count, 3);
});

Deno.test("of all sources together, the one that waited longest makes room", () => {
  const links = new UnprovenLinks(LIMITS);
  assertEquals(evictedOf(links, "a", "b", "c", "d", "e"), ["a0", "b1"]);
});

Deno.test("of a source that has too many, those without TLS make room first", () => {
  const links = new UnprovenLinks(LIMITS);
  const evicted: string[] = [];
  links.add("a", () => evicted.push("first")).begun();
  links.add("a", () => evicted.push("second"));
  links.add("a", () => evicted.push("third")).begun();
  assertEquals(evicted, ["second"]);
  links.add("a", () => evicted.push("fourth"));
  assertEquals(evicted, ["second", "first"]);
});

Deno.test("of all sources together, one that has many makes room before one that has few", () => {
  const links = new UnprovenLinks({ ...LIMITS, pendingPerSource: 3 });
  assertEquals(evictedOf(links, "a", "b", "b", "c", "d"), ["b1", "a0"]);
});

Deno.test("a link that proved itself makes no room and needs none", () => {
  const links = new UnprovenLinks(LIMITS);
  const place = links.add("a", () => {
    throw new Error("Cannot be evicted: it has left");
  });
  place.leave();
  place.leave();
  assertEquals(links.count, 0);
  assertEquals(evictedOf(links, "a", "b", "c", "d"), ["a0"]);
  links.evictAll();
});

Deno.test("a source that fails too often is not listened to until that has drained", () => {
  const links = new UnprovenLinks(LIMITS);
  links.noteFailure("a", 0);
  assertEquals(links.isBlocked("a", 0), false);
  links.noteFailure("a", 0);
  assertEquals([links.isBlocked("a", 0), links.isBlocked("b", 0)], [true, false]);
  assertEquals(links.isBlocked("a", 500), false); // one of two has drained
  links.noteFailure("a", 500);
  assertEquals(links.isBlocked("a", 500), true);
  links.sweep(10_000);
  assertEquals(links.isBlocked("a", 10_000), false);
});

Deno.test("a flood that has ended blocks its address no longer than is said", () => {
  const links = new UnprovenLinks(LIMITS);
  for (let i = 0; i < 5_000; i++) links.noteFailure("a", 0);
  const endsAt = MAX_BLOCKED_S * 1_000;
  assertEquals([endsAt - 1, endsAt + 1].map((now) => links.isBlocked("a", now)), [true, false]);
});

Deno.test("failures of no more sources are remembered than there is room for, the newest ones", () => {
  const links = new UnprovenLinks({ ...LIMITS, failuresPerSecond: 1 });
  const fail = (source: string) => links.noteFailure(source, 0);
  fail("first");
  fail("again");
  for (let i = 0; i < MAX_FAILED_SOURCES - 2; i++) fail(`source-${i}`);
  assertEquals([links.isBlocked("first", 0), links.failedSources], [true, MAX_FAILED_SOURCES]);
  fail("again");
  fail("one more");
  assertEquals(links.failedSources, MAX_FAILED_SOURCES);
  assertEquals(["first", "again", "one more"].map((source) => links.isBlocked(source, 0)), [
    false,
    true,
    true,
  ]);
});
