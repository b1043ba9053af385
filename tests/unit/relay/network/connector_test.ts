import { ConnectFailed, NO_CONNECTOR } from "../../../../lib/relay/network/connector.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("a failure to connect names the network, and has a sentence without it", () => {
  const cause = new Error("status 4");
  const failed = new ConnectFailed("command", "lte", "its up command failed", { cause });
  assertEquals(failed.message, "Cannot connect lte: its up command failed");
  assertEquals([failed.code, failed.detail, failed.cause], [
    "command",
    "its up command failed",
    cause,
  ]);
});

Deno.test("where there are no commands, what is there is there", async () => {
  const purpose = { from: "a", to: "b", reason: "asked" };
  await NO_CONNECTOR.connect(purpose, new AbortController().signal);
  await NO_CONNECTOR.release(purpose);
  NO_CONNECTOR.noteFailure("b", "of no interest");
  assertEquals(NO_CONNECTOR.stateOf("b"), "up");
  assertEquals(NO_CONNECTOR.failureOf("b"), null);
  assertEquals([NO_CONNECTOR.excludes("a", "b"), NO_CONNECTOR.isInTheWay("b")], [false, false]);
  assertEquals(NO_CONNECTOR.patienceMs("b"), 0);
});
