import { outcomeOf } from "../../../../lib/core/proxy/proxy_outcome.ts";
import { RESET_CODES } from "../../../../lib/core/wire/reset_code.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("a reset before the first byte says what became of the destination", () => {
  const told = RESET_CODES.map((code) => [code, outcomeOf(code)] as const)
    .filter(([, outcome]) => outcome !== "failed");
  assertEquals(Object.fromEntries(told), {
    destinationNotAllowed: "notAllowed",
    serviceNotAllowed: "notAllowed",
    nameUnknown: "nameUnknown",
    connectionRefused: "refused",
    connectTimedOut: "timedOut",
    serviceUnreachable: "unreachable",
  });
});
