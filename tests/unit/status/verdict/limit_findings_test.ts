import type { LimitSnapshot } from "../../../../lib/status/known_client.ts";
import { snaptVerdict } from "../../../../lib/status/verdict/snapt_verdict.ts";
import { assertEquals } from "../../../assert.ts";
import { snaptSnapshot } from "../kit/snapt_snapshot.ts";

const NOW = new Date("2026-11-28T08:00:00Z");

function verdictWith(what: LimitSnapshot["what"], used: number, most: number | null) {
  const limits = [{ what, used, most, setting: `limits.${what}` }];
  return snaptVerdict(snaptSnapshot({ limits }), NOW);
}

Deno.test("near a limit something waits, at the limit it is bad, and below it is nothing", () => {
  const near = verdictWith("sessions", 231, 256);
  assertEquals([near.level, near.sentence], [
    "waiting",
    "Site home: 0 connected, little room for more CNAPTs with a session",
  ]);
  const full = verdictWith("sessions", 256, 256);
  assertEquals(full.level, "bad");
  assertEquals(full.problems, [{
    what: "256 of 256: CNAPTs with a session; another one is refused",
    remedy: "raise `limits.sessions` in snapt.yaml, then `snapt reload`",
  }]);
  for (const [used, most] of [[230, 256], [9, null]] as const) {
    assertEquals(verdictWith("sessions", used, most).level, "good");
  }
  assertEquals(
    verdictWith("memory", 1_000_000, 1_000_000).problems[0]?.what.slice(0, 16),
    "1.0 MB of 1.0 MB",
  );
  assertEquals(verdictWith("unproven", 9, 9).level, "good", "strangers give way to each other");
});

Deno.test("a list of CNAPTs that cannot be read is bad", () => {
  const clientsFailure = "Cannot read snapt.clients.json: it is not JSON";
  const verdict = snaptVerdict(snaptSnapshot({ clientsFailure }), NOW);
  assertEquals([verdict.level, verdict.problems[0]?.what], ["bad", clientsFailure]);
});
