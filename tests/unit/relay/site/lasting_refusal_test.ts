import { isLastingRefusal } from "../../../../lib/relay/site/lasting_refusal.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("a refusal lasts when only a person can do something about it", () => {
  for (const code of ["unknownId", "badKey", "revoked", "version", "displaced"]) {
    assertEquals(isLastingRefusal(code), true, code);
  }
  for (const code of ["full", "unknownSession", "malformed", "shuttingDown", "of tomorrow"]) {
    assertEquals(isLastingRefusal(code), false, code);
  }
});
