import { relayVerdict } from "../../../../lib/status/verdict/relay_verdict.ts";
import type { RelayedSnaptSnapshot } from "../../../../lib/status/relay_snapshot.ts";
import { assertEquals } from "../../../assert.ts";

const NOW = new Date("2026-11-28T08:00:00Z");
const FEW = { limit: 1_024, open: 20, refused: 0, short: 0 };

function snapt(quota: "free" | "near" | "spent"): RelayedSnaptSnapshot {
  return {
    ...{ name: "homepc", state: "attached", since: null, from: "192.0.2.7:5" } as const,
    ...{ parked: 8, joined: 1, waiting: 0, connections: 3, toSnaptBytes: 5, fromSnaptBytes: 7 },
    refused: { full: 0, absent: 0, spent: 0 },
    month: { month: "2026-11", toSnaptBytes: 9e8, fromSnaptBytes: 1e7, limitBytes: 1e9, quota },
  };
}

Deno.test("a relay says how many are there, whose month ends, and that it has no sockets left", () => {
  const verdict = (quota: "free" | "near" | "spent", open = FEW.open) =>
    relayVerdict({ snapts: [snapt(quota)], descriptors: { ...FEW, open } }, NOW);
  assertEquals(verdict("free"), {
    level: "good",
    sentence: "1 of 1 SNAPTs connected",
    problems: [],
  });
  const spent = verdict("spent");
  assertEquals([spent.level, spent.sentence], [
    "bad",
    "1 of 1 SNAPTs connected, the month of homepc is used up",
  ]);
  assertEquals(
    spent.problems[0]?.what,
    "homepc has used up 910 MB of 1.0 GB in 2026-11, and nothing more is carried for it",
  );
  assertEquals(verdict("near").level, "waiting");
  assertEquals(verdict("free", 1_000).problems[0]?.what, "1000 of 1024 sockets and files are open");
});
