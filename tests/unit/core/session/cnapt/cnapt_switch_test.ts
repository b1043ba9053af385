import { CnaptSwitch } from "../../../../../lib/core/session/cnapt/cnapt_switch.ts";
import { assertEquals } from "../../../../assert.ts";

const AT = { epoch: 1, streams: 2 };

Deno.test("without a switch there is nothing to end and nothing to note", () => {
  const switching = new CnaptSwitch();
  switching.noteFailure("nothing");
  switching.noteReplayed(9);
  switching.fallBack();
  assertEquals([switching.isUnderWay, switching.kind, switching.target], [false, null, null]);
  assertEquals(switching.end("failed", AT, 10), null);
});

Deno.test("a planned switch has its target, and its receipt what was noted", () => {
  const switching = new CnaptSwitch();
  switching.beginPlanned("overlapped", { from: "eth", to: "wifi" }, "asked", 100);
  assertEquals([switching.kind, switching.target, switching.reason], [
    "overlapped",
    "wifi",
    "asked",
  ]);
  switching.endPhase("prepare", 130);
  switching.endWait("sites", 130);
  switching.noteReplayed(5);
  switching.noteReplayed(6);
  switching.noteStall(1, 20);
  const receipt = switching.end("switched", AT, 150);
  assertEquals(receipt?.phases, [{ name: "prepare", ms: 30 }]);
  assertEquals([receipt?.totalMs, receipt?.replayedBytes, receipt?.stallMs], [50, 11, 20]);
  assertEquals([switching.isUnderWay, switching.target], [false, null]);
});

Deno.test("a planned switch that falls back is sudden, has no target, and says both reasons", () => {
  const switching = new CnaptSwitch();
  switching.beginPlanned("strict", { from: "eth", to: "wifi" }, "asked", 0);
  switching.noteFailure("its command hangs");
  switching.fallBack();
  assertEquals([switching.kind, switching.target], ["sudden", null]);
  assertEquals(switching.reason, "asked; its command hangs; strict switch broke off");
});

Deno.test("a sudden switch leads to where a control link was found", () => {
  const switching = new CnaptSwitch();
  switching.beginSudden("eth", "unplugged", 0);
  switching.found("lte");
  assertEquals([switching.target, switching.end("switched", AT, 1)?.to], ["lte", "lte"]);
});

Deno.test("a prepared link is let go of once", () => {
  const switching = new CnaptSwitch();
  switching.keepPrepared(7);
  assertEquals([switching.prepared, switching.takePrepared(), switching.takePrepared()], [
    7,
    7,
    null,
  ]);
});
