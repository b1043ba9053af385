import { explain, sayWhy } from "../../../../lib/app/commands/cnapt_why.ts";
import { providerTable } from "../../../../lib/app/commands/cnapt_providers.ts";
import { DEFAULT_THRESHOLDS } from "../../../../lib/core/decision/thresholds.ts";
import type {
  DecisionSnapshot,
  ProviderSnapshot,
} from "../../../../lib/relay/decision/decision_snapshot.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { providerRow } from "../../../integration/kit/provider_row.ts";

function shown(key: string, more: Partial<ProviderSnapshot>): ProviderSnapshot {
  const { candidate, device, addresses } = providerRow(key, "192.0.2.1");
  return {
    candidate,
    device,
    addresses,
    isCurrent: false,
    measurement: null,
    quality: null,
    stableMs: null,
    score: null,
    standbyLinks: 0,
    trial: null,
    rate: null,
    ...more,
  };
}

const SNAPSHOT: DecisionSnapshot = {
  mode: "automatic",
  chosen: "eth0",
  stableMs: 30_000,
  thresholds: DEFAULT_THRESHOLDS,
  providers: [
    shown("wlan0", {
      isCurrent: true,
      score: { key: "wlan0", total: 20, parts: [{ name: "priority", points: 20 }] },
      stableMs: 12_000,
    }),
    shown("eth0", {
      score: { key: "eth0", total: 10, parts: [{ name: "priority", points: 10 }] },
      measurement: {
        reach: { kind: "silent", detail: "SNAPT does not answer" },
        roundTripMs: null,
        jitterMs: null,
        loss: null,
        signalPercent: null,
      },
    }),
  ],
  need: { down: 0, up: 0 },
  decisions: [{
    at: "2026-01-01T00:00:00.000Z",
    kind: "keep",
    on: "wlan0",
    to: "wlan0",
    reasons: [{ code: "best", text: "wlan0 is the best" }],
  }],
};

Deno.test("cnapt why says where a site is, why, and what speaks against each network", () => {
  const lines = explain("home", SNAPSHOT, {
    asked: ["use lte?"],
    rate: "5 MB/s",
    noNetworkSince: null,
    refusal: "",
  });
  assertEquals(lines.slice(0, 9), [
    "site home: on wlan0, automatic mode, eth0 was asked for (cnapt switch --auto ends that)",
    "  5 MB/s in the best of the last ten seconds",
    "  stays on wlan0: wlan0 is the best",
    "  asks: use lte?",
    "  points against each network, the best network first:",
    "    eth0             10  (priority 10)",
    "                         SNAPT does not answer",
    "    wlan0            20  (priority 20)",
    "                         not measured, well for 12 s",
  ]);
  assertEquals(
    lines[9],
    "  CNAPT moves to a better network after that network has been well for 30 s.",
  );
  assert(
    /^ {2}thresholds: +warning from +to recover +critical from +to recover$/.test(lines[10] ?? ""),
  );
  assertEquals(lines.at(-1), "    2026-01-01T00:00:00.000Z stays on wlan0: wlan0 is the best");
});

Deno.test("the columns of the thresholds stand below their headings", () => {
  const lines = explain("home", SNAPSHOT, {
    asked: [],
    rate: "",
    noNetworkSince: "2026-03-01T09:30:00.000Z",
    refusal: "",
  });
  const heading = lines.findIndex((line) => line.startsWith("  thresholds:"));
  const column = lines[heading]?.indexOf("critical from") ?? -1;
  const { critical } = DEFAULT_THRESHOLDS.limits.roundTripMs;
  assertEquals(lines[heading + 1]?.indexOf(String(critical)), column);
});

Deno.test("cnapt providers marks the network in use, and says what SNAPT does over each", () => {
  const [heading, wlan, eth] = providerTable(SNAPSHOT.providers);
  assert(heading?.startsWith("  name "), heading);
  assert(wlan?.startsWith("* wlan0") && wlan.includes("not asked yet"), wlan);
  assert(eth?.startsWith("  eth0") && eth.includes("SNAPT does not answer"), eth);
});

Deno.test("cnapt why says what was learned of a network, and what it carried", () => {
  const trial = {
    ...{ doublings: 1, what: "was left as lost after 9 s of use" },
    ...{ failedAgoMs: 20_000, trialMs: 60_000, provenMs: 0 },
  };
  const rate = {
    probed: { down: 8_000, up: null },
    achieved: { down: 0, up: 100_000 },
    agoMs: 5_000,
  };
  const providers = [shown("eth0", { trial, rate })];
  const lines = explain("home", { ...SNAPSHOT, providers }, {
    asked: [],
    rate: "",
    noNetworkSince: null,
    refusal: "",
  })
    .map((line) => line.trim());
  assert(
    lines.includes(
      "on trial: it was left as lost after 9 s of use (20 s ago), and has to be well for " +
        "60 s before CNAPT goes back",
    ),
    lines.join("\n"),
  );
  assert(lines.includes("carried 8.0 kB/s down, at least 100 kB/s up, 5 s ago"), lines.join("\n"));
});

Deno.test("nobody is told to stay on a network where this machine has none", () => {
  const noNetworkSince = "2026-03-01T09:30:00.000Z";
  const lines = sayWhy("home", SNAPSHOT, { asked: [], rate: "", noNetworkSince, refusal: "" });
  assertEquals(lines.slice(0, 2), [
    "site home has no network",
    `  this machine has none since ${noNetworkSince}; the first that comes is used`,
  ]);
});

Deno.test("a site that refuses this CNAPT stays on no network", () => {
  const refusal = "laptop was revoked at SNAPT";
  const [first] = sayWhy("home", SNAPSHOT, { asked: [], rate: "", noNetworkSince: null, refusal });
  assertEquals(first, "site home refuses this CNAPT: laptop was revoked at SNAPT");
});

Deno.test("cnapt why says in sentences where a site is and how the other networks stand", () => {
  const lines = sayWhy("home", SNAPSHOT, {
    asked: ["use lte?"],
    rate: "",
    noNetworkSince: null,
    refusal: "",
  });
  assertEquals(lines, [
    "site home stays on wlan0: wlan0 is the best",
    "  eth0 was asked for: CNAPT goes back there once it is well, until `cnapt switch --auto`",
    "  asks: use lte?",
    "  wlan0 is in use",
    "  eth0 is of no use: SNAPT does not answer",
  ]);
});
