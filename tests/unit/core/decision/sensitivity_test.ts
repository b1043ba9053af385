import { SENSITIVITIES } from "../../../../lib/core/decision/sensitivity.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("a more sensitive profile waits less at every point", () => {
  const { calm, normal, fast } = SENSITIVITIES;
  for (const name of ["heartbeatMs", "quietMs", "deadAfterMs", "outvotedAfterMs"] as const) {
    assert(calm[name] > normal[name] && normal[name] > fast[name], name);
  }
});

Deno.test("a path that is outvoted is given up earlier than one that nobody contradicts", () => {
  const wrong = Object.values(SENSITIVITIES).filter((one) =>
    one.outvotedAfterMs >= one.deadAfterMs
  );
  assertEquals(wrong, []);
});
