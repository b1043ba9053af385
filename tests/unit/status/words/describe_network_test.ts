import type { ScorePartName } from "../../../../lib/core/decision/score.ts";
import type { ProviderSnapshot } from "../../../../lib/relay/decision/decision_snapshot.ts";
import { describeNetwork } from "../../../../lib/status/words/describe_network.ts";
import { assertEquals } from "../../../assert.ts";
import { providerShown } from "../../app/screen/kit/provider_shown.ts";

const STABLE_MS = 30_000;

function scored(
  key: string,
  points: Partial<Record<ScorePartName, number>>,
  changes: Partial<ProviderSnapshot> = {},
): ProviderSnapshot {
  const parts = Object.entries(points).map(([name, value]) => ({
    name: name as ScorePartName,
    points: value,
  }));
  const total = parts.reduce((sum, part) => sum + part.points, 0);
  return { ...providerShown(key), score: { key, total, parts }, ...changes };
}

const WIFI = scored("wifi0", { priority: 20, roundTrip: 1 }, { isCurrent: true });

for (
  const [one, sentence] of [
    [WIFI, "wifi0 is in use: 9.0 ms, 0 % lost, signal 70 %"],
    [
      scored("lte", { priority: 20, roundTrip: 5, metered: 300 }),
      "lte is worse: it is metered, its round trip is longer",
    ],
    [
      scored("eth0", { priority: 10, roundTrip: 1 }, { stableMs: 12_000 }),
      "eth0 is better: its priority is higher; well for 12 s of the 30 s that it takes",
    ],
    [
      scored("eth0", { priority: 10 }, { stableMs: 60_000 }),
      "eth0 is better: its priority is higher, its round trip is shorter",
    ],
    [
      scored("eth0", { priority: 22 }),
      "eth0 is about as good: 9.0 ms, 0 % lost, signal 70 %; a switch would not be worth it",
    ],
    [{ ...WIFI, isCurrent: false, measurement: null }, "wifi0 has not been asked yet"],
  ] as const
) {
  Deno.test(`of a network is said: ${sentence}`, () => {
    assertEquals(describeNetwork(one, WIFI, STABLE_MS), sentence);
  });
}

Deno.test("a network on trial says why and for how long", () => {
  const trial = {
    ...{ doublings: 1, what: "was left as bad" },
    ...{ failedAgoMs: 20_000, trialMs: 60_000, provenMs: 0 },
  };
  const told = describeNetwork(scored("lte", { metered: 300 }, { trial }), WIFI, STABLE_MS);
  assertEquals(
    told,
    "lte is worse: it is metered; on trial: it was left as bad (20 s ago), and has to be well for " +
      "60 s before CNAPT goes back",
  );
});
