import { SwitchReceiptDraft } from "../../../../lib/core/session/switch_receipt.ts";
import { SwitchReceipts } from "../../../../lib/relay/site/switch_receipts.ts";
import { assertEquals } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

function receiptTo(to: string) {
  return new SwitchReceiptDraft({ kind: "sudden", from: "a", to, reason: "test" }, 0).finish(
    "switched",
    1,
    0,
    0,
  );
}

Deno.test("receipts say when each switch ended, and the last fifty are kept", async () => {
  const clock = new VirtualClock();
  const receipts = new SwitchReceipts(clock);
  assertEquals([receipts.last, receipts.count], [null, 0]);
  for (let index = 0; index < 60; index++) receipts.add(receiptTo(`${index}`));
  await clock.advance(1_000);
  receipts.add(receiptTo("last"));
  assertEquals([receipts.kept.length, receipts.count, receipts.kept[0]?.to], [50, 61, "11"]);
  assertEquals(receipts.last?.endedAt, "1970-01-01T00:00:01.000Z");
});

Deno.test("moves are counted, with when they came to their end, and failed ones are none", async () => {
  const clock = new VirtualClock();
  const receipts = new SwitchReceipts(clock);
  receipts.add(receiptTo("b"));
  receipts.add({ ...receiptTo("c"), outcome: "failed" });
  receipts.add(receiptTo("a"));
  await clock.advance(1_000);
  receipts.add({ ...receiptTo("d"), kind: "overlapped" });
  assertEquals(receipts.moves, [
    { serial: 1, from: "a", to: "b", manner: "sudden", at: 0 },
    { serial: 2, from: "a", to: "d", manner: "planned", at: 1_000 },
  ]);
});
