import { RESET_CODES } from "../../../../lib/core/wire/reset_code.ts";
import { resetFields } from "../../../../lib/relay/session/reset_fields.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("a reset is explained where somebody can do something about it", () => {
  const about = (code: (typeof RESET_CODES)[number]) =>
    resetFields({ stream: 5, service: "ssh", code });
  assertEquals(about("limit"), { stream: 5, service: "ssh", reason_code: "limit" });
  assert(String(about("serviceUnreachable").reason).includes("SNAPT's log says why"));
  const explained = RESET_CODES.filter((code) => about(code).reason !== undefined);
  assertEquals(explained, ["serviceNotAllowed", "serviceUnreachable", "destinationNotAllowed"]);
});
