import { describeSummary, describeSwitch } from "../../../../lib/status/words/describe_switch.ts";
import { SwitchReceiptDraft } from "../../../../lib/core/session/switch_receipt.ts";
import { summarizeSwitch } from "../../../../lib/core/session/switch_summary.ts";
import { assert, assertEquals } from "../../../assert.ts";

const receipt = new SwitchReceiptDraft({
  kind: "strict",
  from: "eth0",
  to: "wlan0",
  reason: "asked for",
}, 0)
  .finish("switched", 1, 2, 30);

Deno.test("a switch is told in one line, and so is one that failed", () => {
  const line = describeSwitch(receipt);
  assert(line.startsWith("strict switch eth0 -> wlan0 (asked for): 30 ms, "), line);
  const relay = "relay.example.org:7787";
  assertEquals(describeSwitch({ ...receipt, relay }), `${line}, through the relay at ${relay}`);
  assertEquals(
    describeSwitch({ ...receipt, outcome: "failed", reason: "no answer" }),
    "strict switch eth0 -> wlan0 failed: no answer",
  );
});

Deno.test("a switch of several sites is summed up", () => {
  const summary = summarizeSwitch({ kind: "strict", to: "wlan0" }, [
    { site: "home", outcome: "switched", reason: "", failure: null, receipt },
    {
      site: "office",
      outcome: "failed",
      reason: "no session",
      failure: "unreached",
      receipt: null,
    },
  ], 40);
  const line = describeSummary(summary);
  assert(line.startsWith("1 of 2 sites switched to wlan0 (strict): 40 ms, "), line);
});
