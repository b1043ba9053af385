import { FieldChanges } from "../../../../lib/status/live/field_changes.ts";
import { assertEquals } from "../../../assert.ts";

function changesOf(...documents: readonly object[]): FieldChanges {
  const changes = new FieldChanges();
  for (const document of documents) {
    changes.take(true);
    changes.rendered(document);
  }
  return changes;
}

Deno.test("only the fields that changed are taken, once", () => {
  const changes = changesOf({ state: "connected", provider: "eth0" }, {
    state: "connected",
    provider: "wifi0",
  });
  assertEquals(changes.take(false), '{"provider":"wifi0"}');
  assertEquals(changes.take(false), null);
  assertEquals(changes.whole(), '{"state":"connected","provider":"wifi0"}');
});

Deno.test("what only moves by itself is no news, and comes along when it is asked for", () => {
  const before = { uptimeMs: 1, sites: { home: { heardAgoMs: 10, memoryBytes: 4 } } };
  const after = { uptimeMs: 2, sites: { home: { heardAgoMs: 20, memoryBytes: 5 } } };
  const changes = changesOf(before, after);
  assertEquals(changes.take(false), null);
  assertEquals(changes.take(true), JSON.stringify(after));
});

Deno.test("that somebody has fallen silent, or is heard again, is news", () => {
  const heard = (heardAgoMs: number) => ({ sessions: [{ client: "a", heardAgoMs }] });
  assertEquals(changesOf(heard(9_000), heard(9_900)).take(false), null);
  assertEquals(changesOf(heard(9_900), heard(10_900)).take(false), JSON.stringify(heard(10_900)));
  assertEquals(changesOf(heard(10_900), heard(11_900)).take(false), null);
  assertEquals(changesOf(heard(11_900), heard(200)).take(false), JSON.stringify(heard(200)));
});

Deno.test("a field that is no more becomes null", () => {
  assertEquals(changesOf({ a: 1, b: 2 }, { a: 1 }).take(false), '{"b":null}');
});
