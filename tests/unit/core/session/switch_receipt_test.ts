import { SwitchReceiptDraft } from "../../../../lib/core/session/switch_receipt.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("a receipt says how long each phase took and the longest stall", () => {
  const draft = new SwitchReceiptDraft({
    kind: "overlapped",
    from: "eth",
    to: "wifi",
    reason: "asked",
  }, 1_000);
  draft.endPhase("prepare", 1_100);
  draft.endPhase("rebind", 1_125.26);
  draft.noteStall(1, 5);
  draft.noteStall(2, 9);
  draft.noteStall(2, 7);
  draft.replayedBytes += 12;
  assertEquals(draft.finish("switched", 3, 2, 1_200), {
    kind: "overlapped",
    outcome: "switched",
    from: "eth",
    to: "wifi",
    reason: "asked",
    epoch: 3,
    phases: [{ name: "prepare", ms: 100 }, { name: "rebind", ms: 25.3 }],
    totalMs: 200,
    stallMs: 9,
    stalls: [{ stream: 2, ms: 9 }, { stream: 1, ms: 5 }],
    streams: 2,
    replayedBytes: 12,
  });
});

Deno.test("a receipt lists only the longest stalls when there are very many", () => {
  const draft = new SwitchReceiptDraft({
    kind: "sudden",
    from: "eth",
    to: "wifi",
    reason: "unplugged",
  }, 0);
  for (let stream = 1; stream <= 1_000; stream++) draft.noteStall(stream, stream);
  const { stalls, stallMs } = draft.finish("switched", 1, 1_000, 10);
  assertEquals([stalls.length, stalls.at(-1)?.ms, stallMs], [20, 981, 1_000]);
});

Deno.test("a receipt has no stall when no stream stood still", () => {
  const draft = new SwitchReceiptDraft({
    kind: "overlapped",
    from: "eth",
    to: "wifi",
    reason: "asked",
  }, 0);
  assertEquals(draft.finish("failed", 1, 0, 10).stallMs, 0);
});
