import {
  costInWords,
  networkNames,
  networkState,
  ratesInWords,
  withoutNetworks,
} from "../../../../lib/page/cnapt/network_view.ts";
import type { ProviderSnapshot } from "../../../../lib/relay/decision/decision_snapshot.ts";
import { assertEquals } from "../../../assert.ts";
import { decision, network, networks } from "../../../browser/cnapt/sample_networks.ts";

function wordsOf(provider: ProviderSnapshot): string {
  const { word, why } = networkState(provider);
  return why === "" ? word : `${word}: ${why}`;
}

Deno.test("each state of a network has its own words", () => {
  assertEquals(networks().map(wordsOf), [
    "In use",
    "On trial: it was lost soon after the session had come to it (42 s ago), and has to be well for 60 s",
    "Ready",
    "Not connected: its command runs when it is needed",
  ]);
  const measurement = network("eth0").measurement;
  if (measurement === null) throw new TypeError("the sample measures nothing");
  const silent = { ...measurement, reach: { kind: "silent", detail: "does not answer" } } as const;
  const quality = {
    level: "critical",
    causes: ["loss 60 %"],
    beyondWarning: 3,
    beyondCritical: 3,
    recovering: 0,
  } as const;
  assertEquals(
    [
      network("eth0", { measurement: silent }),
      network("eth0", { measurement: null }),
      network("eth0", { quality }),
      network("eth0", { quality, isCurrent: true }),
    ].map(wordsOf),
    [
      "No way to SNAPT: it does not answer",
      "Not asked yet",
      "Weak: loss 60 %",
      "In use: loss 60 %",
    ],
  );
});

Deno.test("a rate is what was measured, or the least that it is, or not known", () => {
  const rate = {
    probed: { down: 2_000_000, up: null },
    achieved: { down: 5, up: 40_000 },
    agoMs: 0,
  };
  assertEquals(ratesInWords({ rate }), ["2.0 MB/s down", "≥ 40 kB/s up"]);
  const typed = { probed: { down: null, up: null }, achieved: { down: 100, up: 0 }, agoMs: 0 };
  assertEquals(ratesInWords({ rate: typed }), ["–"]);
  assertEquals(ratesInWords({ rate: null }), ["–"]);
});

Deno.test("what a network costs is said in words", () => {
  assertEquals(costInWords({ metered: false, cost: 0 }), "free");
  assertEquals(costInWords({ metered: true, cost: 40 }), "metered, cost 40");
});

Deno.test("networks are in one order, however they come", () => {
  const decisions = { home: decision(networks()) };
  assertEquals(networkNames(decisions, ["gone0", "eth0", ""]), [
    "eth0",
    "gone0",
    "lte0",
    "vpn0",
    "wifi0",
  ]);
});

Deno.test("a list without networks does not deny the one in use", () => {
  assertEquals(
    withoutNetworks("lo"),
    "SNAPT is reached over lo, which is none of the networks that CNAPT chooses from.",
  );
  assertEquals(withoutNetworks(""), "This machine has no network that could lead to SNAPT.");
});
