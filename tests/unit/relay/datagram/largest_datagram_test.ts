import { endpointOf } from "../../../../lib/net/endpoint.ts";
import { largestTo } from "../../../../lib/relay/datagram/largest_datagram.ts";
import { assertEquals } from "../../../assert.ts";

const PEER = endpointOf("192.0.2.1", 7787);
const PROVIDER = { key: "eth0", via: { kind: "any" } } as const;

Deno.test("what SNAPT is called by at a relay takes its room from what was measured", () => {
  const datagramBytesOn = () => 1_400;
  assertEquals(largestTo(PEER, PROVIDER, {}), Infinity);
  assertEquals(largestTo(PEER, PROVIDER, { datagramBytesOn }), 1_400);
  assertEquals(largestTo(PEER, PROVIDER, { datagramBytesOn }, null), 1_400);
  assertEquals(largestTo(PEER, PROVIDER, { datagramBytesOn }, 7n), 1_391);
});
