import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { DestinationNotAllowed } from "../../../../lib/relay/access/destination_access.ts";
import { resetCodeOf } from "../../../../lib/relay/session/reset_code_of.ts";
import { assertEquals } from "../../../assert.ts";
import { openingOf } from "../../../opening.ts";

const DESTINATION = {
  ...openingOf("x"),
  target: { kind: "destination", host: "10.0.0.1", port: 22 },
} as const;

for (
  const [what, error, code] of [
    ["a rule against it", new DestinationNotAllowed("no"), "destinationNotAllowed"],
    ["a refusal", new ConnFailed("refused", "no"), "connectionRefused"],
    ["silence", new ConnFailed("timedOut", "no"), "connectTimedOut"],
    ["a name that nobody knows", new ConnFailed("nameUnknown", "no"), "nameUnknown"],
    ["no route", new ConnFailed("unreachable", "no"), "serviceUnreachable"],
    ["anything else", new Error("no"), "serviceUnreachable"],
  ] as const
) {
  Deno.test(`${what} is told as ${code} to who asked for a destination`, () => {
    assertEquals(resetCodeOf(error, DESTINATION), code);
  });
}

Deno.test("of a service nobody learns more than that it is out of reach", () => {
  const refused = new ConnFailed("refused", "no");
  assertEquals(resetCodeOf(refused, openingOf("ssh")), "serviceUnreachable");
});
