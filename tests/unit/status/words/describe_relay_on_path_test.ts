import { describeRelayOnPath } from "../../../../lib/status/words/describe_relay_on_path.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("a relay on the path is said with what was measured of it, and with no more", () => {
  const address = "relay.example.org:7787";
  assertEquals(
    describeRelayOnPath({ address, roundTripMs: 4.23 }),
    `through the relay at ${address}, 4.2 ms from here at least`,
  );
  assertEquals(
    describeRelayOnPath({ address, roundTripMs: null }),
    `through the relay at ${address}`,
  );
});
