import type { Score } from "../../../../lib/core/decision/score.ts";
import { standbyShare } from "../../../../lib/relay/decision/standby_share.ts";
import { assertEquals } from "../../../assert.ts";
import { providerRow } from "../../../integration/kit/provider_row.ts";

const score = (key: string): Score => ({ key, total: 0, parts: [] });
const [a, b] = [providerRow("a", "a"), providerRow("b", "b")];
const metered = providerRow("m", "m", { metered: true });
const asked = providerRow("p", "p", { connects: "byPerson" });
const need = {
  policy: "unmetered",
  others: [a, b, metered, asked],
  scores: [score("b"), score("a"), score("m")],
  streams: 3,
} as const;

Deno.test("the best other network gets a link for each of a few streams, the next ones get one", () => {
  assertEquals([standbyShare(b, need), standbyShare(a, need)], [5, 1]);
  assertEquals(standbyShare(b, { ...need, streams: 100 }), 8);
});

Deno.test("a metered network gets links only when the policy says always", () => {
  assertEquals(standbyShare(metered, need), 0);
  assertEquals(standbyShare(metered, { ...need, policy: "always" }), 1);
  assertEquals(standbyShare(b, { ...need, policy: "off" }), 0);
});

Deno.test("a network that needs a person gets no links", () => {
  assertEquals(standbyShare(asked, { ...need, policy: "always" }), 0);
});
