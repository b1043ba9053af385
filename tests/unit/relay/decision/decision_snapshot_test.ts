import { UNJUDGED } from "../../../../lib/core/decision/quality.ts";
import { providerSnapshot } from "../../../../lib/relay/decision/decision_snapshot.ts";
import { assertEquals } from "../../../assert.ts";
import { providerRow } from "../../../integration/kit/provider_row.ts";

const ROW = { ...providerRow("a", "192.0.2.1"), device: "eth0" };
const NOTHING = {
  ...{ isCurrent: false, measurement: null, track: null, score: null, standbyLinks: 0 },
  ...{ trial: null, trialMs: 30_000, rate: null },
};

Deno.test("a provider of which nothing is known is shown as its row", () => {
  assertEquals(providerSnapshot(ROW, 5_000, NOTHING), {
    candidate: ROW.candidate,
    device: "eth0",
    addresses: ["192.0.2.1"],
    isCurrent: false,
    measurement: null,
    quality: null,
    stableMs: null,
    score: null,
    standbyLinks: 0,
    trial: null,
    rate: null,
  });
});

Deno.test("what was learned of a provider is shown with how long ago that was", () => {
  const shown = providerSnapshot(ROW, 65_000, {
    ...NOTHING,
    trial: {
      doublings: 1,
      failedAt: 5_000,
      what: "was left as bad",
      places: ["eth0 192.0.2.1"],
      provenMs: 0,
      easedAt: 0,
    },
    trialMs: 60_000,
    rate: {
      probed: { down: 8_000, up: null },
      achieved: { down: 0, up: 0 },
      at: 35_000,
      addresses: ["192.0.2.1"],
    },
  });
  assertEquals(shown.trial, {
    ...{ doublings: 1, what: "was left as bad", failedAgoMs: 60_000 },
    ...{ trialMs: 60_000, provenMs: 0 },
  });
  assertEquals(shown.rate?.agoMs, 30_000);
});

Deno.test("times become how long ago they were, and the clock that nobody sees is left out", () => {
  const shown = providerSnapshot(ROW, 5_000, {
    ...NOTHING,
    isCurrent: true,
    measurement: {
      reach: { kind: "answering" },
      at: 4_000,
      validUntil: 9_000,
      roundTripMs: 20,
      jitterMs: 2,
      loss: 0,
      signalPercent: 70,
    },
    track: { quality: UNJUDGED, stableSince: 1_500 },
    score: { key: "a", total: 12, parts: [] },
    standbyLinks: 3,
  });
  assertEquals(shown.measurement, {
    reach: { kind: "answering" },
    roundTripMs: 20,
    jitterMs: 2,
    loss: 0,
    signalPercent: 70,
  });
  const { countedAt: _countedAt, ...quality } = UNJUDGED;
  assertEquals([shown.stableMs, shown.quality, shown.isCurrent], [3_500, quality, true]);
  assertEquals([shown.score?.total, shown.standbyLinks], [12, 3]);
});

Deno.test("a provider that is not stable has no time for that, rather than none at all", () => {
  const track = { quality: UNJUDGED, stableSince: null };
  assertEquals(providerSnapshot(ROW, 5_000, { ...NOTHING, track }).stableMs, null);
  const stable = { quality: UNJUDGED, stableSince: 5_000 };
  assertEquals(providerSnapshot(ROW, 5_000, { ...NOTHING, track: stable }).stableMs, 0);
});
