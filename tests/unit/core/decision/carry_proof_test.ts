import {
  type CarryProof,
  isFresh,
  MAX_PROBE_BYTES,
  type ProbeOutcome,
  probeSizeFor,
  shortfallOf,
} from "../../../../lib/core/decision/carry_proof.ts";
import { assertEquals } from "../../../assert.ts";

const proof = (outcome: ProbeOutcome): CarryProof => ({
  at: 1_000,
  need: { down: 500_000, up: 20_000 },
  outcome,
});

Deno.test("a probe moves what streams move in a second, and never more than 256 kB", () => {
  assertEquals(probeSizeFor({ down: 100_000, up: 20_000 }), { down: 100_000, up: 20_000 });
  const most = probeSizeFor({ down: 9e6, up: 1e6 });
  assertEquals((most?.down ?? 0) + (most?.up ?? 0) <= MAX_PROBE_BYTES, true);
  assertEquals(Math.round((most?.down ?? 0) / (most?.up ?? 1)), 9, "in the same proportion");
});

Deno.test("who only types needs no probe, nor does a direction in which little goes", () => {
  assertEquals(probeSizeFor({ down: 0, up: 0 }), null);
  assertEquals(probeSizeFor({ down: 2_000, up: 300 }), null);
  assertEquals(probeSizeFor({ down: 50_000, up: 300 }), { down: 50_000, up: 0 });
});

Deno.test("a proof holds for half a minute", () => {
  const moved = proof({ kind: "moved", down: 600_000, up: 30_000 });
  assertEquals([31_000, 31_001].map((now) => isFresh(moved, now)), [true, false]);
  assertEquals(isFresh(undefined, 0), false);
});

Deno.test("only what a network did not carry speaks against it, not that SNAPT declined to look", () => {
  assertEquals(shortfallOf(proof({ kind: "moved", down: 600_000, up: null })), null);
  assertEquals(shortfallOf(proof({ kind: "declined", detail: "enough" })), null);
  assertEquals(
    shortfallOf(proof({ kind: "failed", detail: "did not answer a probe" })),
    "did not answer a probe",
  );
  assertEquals(
    shortfallOf(proof({ kind: "tooSlow", down: 8_012, up: 7_000 })),
    "carried 8.0 kB/s down where 500 kB/s flow and 7.0 kB/s up where 20 kB/s flow in a probe",
  );
  assertEquals(
    shortfallOf(proof({ kind: "tooSlow", down: null, up: 7_000 })),
    "carried 7.0 kB/s up where 20 kB/s flow in a probe",
  );
});
