import { describeWay } from "../../../../lib/status/words/describe_way.ts";
import { assertEquals } from "../../../assert.ts";

const OWN = { host: "192.168.1.5", port: 7787, serverName: null, by: "itself" } as const;

Deno.test("the way to SNAPT is a relay, an address, or not known", () => {
  const relay = { address: "relay.example.org:7787", roundTripMs: null };
  assertEquals(
    [{ relay, way: OWN }, { relay: null, way: OWN }, { relay: null, way: null }, { relay: null }]
      .map(describeWay),
    ["through the relay at relay.example.org:7787", "at 192.168.1.5:7787", null, null],
  );
});
