import { SwitchReceiptDraft } from "../../../../lib/core/session/switch_receipt.ts";
import type { SwitchKind } from "../../../../lib/core/wire/switch_kind.ts";
import { SwitchTotals } from "../../../../lib/relay/site/switch_totals.ts";
import { assertEquals } from "../../../assert.ts";

function receipt(kind: SwitchKind, streams: number, stallMs = 0) {
  const draft = new SwitchReceiptDraft({ kind, from: "a", to: "b", reason: "test" }, 0);
  draft.noteStall(1, stallMs);
  draft.replayedBytes = 7;
  return draft.finish("switched", 1, streams, 0);
}

Deno.test("switches are counted by kind and outcome, and stalls of those that moved streams", () => {
  const totals = new SwitchTotals();
  totals.add(receipt("sudden", 2, 700));
  totals.add(receipt("sudden", 1, 90_000));
  totals.add(receipt("sudden", 0));
  totals.add({ ...receipt("strict", 1, 20), outcome: "failed" });
  const { kinds, replayedBytes } = totals.snapshot();
  assertEquals(replayedBytes, 28);
  assertEquals(kinds.map(({ kind, switched, failed }) => [kind, switched, failed]), [
    ["overlapped", 0, 0],
    ["strict", 0, 1],
    ["sudden", 3, 0],
  ]);
  const sudden = kinds[2]?.stall;
  assertEquals([sudden?.count, sudden?.sum], [2, 90.7]);
  assertEquals(sudden?.upTo[sudden.bounds.indexOf(0.5)], 0);
  assertEquals(sudden?.upTo[sudden.bounds.indexOf(1)], 1);
  assertEquals(sudden?.upTo.at(-1), 1); // the longer one is in none
});
