import { CommandFailed } from "../../../../lib/app/program/usage_error.ts";
import { expectDone } from "../../../../lib/app/server_setup/script_failure.ts";
import { assertThrows } from "../../../assert.ts";

Deno.test("expectDone says which of the two commands failed, and at which step", () => {
  const said = new Map([["failed", ["end process 7 has not ended"]]]);
  const rest = "me@home, it failed to end SNAPT: process 7 has not ended";
  assertThrows(() => expectDone(said, "me@home"), CommandFailed, `Cannot set up ${rest}`);
  assertThrows(() => expectDone(said, "me@home", "leave"), CommandFailed, `Cannot leave ${rest}`);
});
