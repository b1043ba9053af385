import type { SwitchReceipt } from "../../../../lib/core/session/switch_receipt.ts";
import { type SiteOutcome, summarizeSwitch } from "../../../../lib/core/session/switch_summary.ts";
import { assertEquals } from "../../../assert.ts";

const RECEIPT: SwitchReceipt = {
  kind: "strict",
  outcome: "switched",
  from: "eth0",
  to: "wlan0",
  reason: "asked for",
  epoch: 1,
  phases: [],
  totalMs: 50,
  stallMs: 40,
  stalls: [],
  streams: 2,
  replayedBytes: 10,
};
const ASKED = { to: "wlan0", kind: "strict" } as const;
const switched = (site: string, stallMs = 40): SiteOutcome => (
  { site, outcome: "switched", reason: "", failure: null, receipt: { ...RECEIPT, stallMs } }
);
const late = (site: string): SiteOutcome => (
  { site, outcome: "late", reason: `${site} is late`, failure: "unreached", receipt: null }
);

Deno.test("a summary adds up what the sites of a switch did", () => {
  assertEquals(summarizeSwitch(ASKED, [switched("home"), switched("office", 70)], 81.26), {
    outcome: "switched",
    kind: "strict",
    to: "wlan0",
    totalMs: 81.3,
    stallMs: 70,
    streams: 4,
    replayedBytes: 20,
    sites: [
      { site: "home", outcome: "switched", reason: "" },
      { site: "office", outcome: "switched", reason: "" },
    ],
  });
});

Deno.test("a summary says partly when a site did not switch, failed when none did", () => {
  const outcome = (sites: readonly SiteOutcome[]) => summarizeSwitch(ASKED, sites, 1).outcome;
  assertEquals(outcome([switched("home"), late("office")]), "partly");
  assertEquals(outcome([late("home"), late("office")]), "failed");
});
