import { bindingProvider } from "../../../../../lib/core/session/cnapt/cnapt_place.ts";
import { CnaptSwitch } from "../../../../../lib/core/session/cnapt/cnapt_switch.ts";
import { assertEquals } from "../../../../assert.ts";

Deno.test("streams are bound over the provider, over the target, or not at all", () => {
  const switching = new CnaptSwitch();
  switching.beginPlanned("overlapped", { from: "eth", to: "wifi" }, "asked", 0);
  const at = (state: "preparing" | "overlapDraining" | "searching") =>
    bindingProvider({ state, epoch: 0, provider: "eth" }, switching);
  assertEquals([at("preparing"), at("overlapDraining"), at("searching")], ["eth", "wifi", null]);
});
