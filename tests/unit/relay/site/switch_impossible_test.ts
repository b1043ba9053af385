import { SwitchImpossible } from "../../../../lib/relay/site/switch_impossible.ts";
import { whoseFault } from "../../../../lib/relay/run/whose_fault.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("a switch that is impossible has its own type, and says why", () => {
  const error = new SwitchImpossible("Cannot switch to b: it is not there");
  assertEquals([error.name, error.message], [
    "SwitchImpossible",
    "Cannot switch to b: it is not there",
  ]);
  // Whoever asks for switches deals with it: what gets past them is a mistake of ours.
  assertEquals(whoseFault(error), "ours");
});
