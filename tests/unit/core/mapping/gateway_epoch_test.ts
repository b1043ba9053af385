import { GatewayEpoch } from "../../../../lib/core/mapping/gateway_epoch.ts";
import { assertEquals } from "../../../assert.ts";

/** What is made of a router's clock and ours, both in seconds, one look after the other. */
function looks(...pairs: readonly (readonly [epochS: number, oursS: number])[]) {
  const epoch = new GatewayEpoch();
  return pairs.map(([epochS, oursS]) => epoch.take(epochS, 1_000 * oursS));
}

Deno.test("the first look shows nothing, and a clock that goes as ours has lost nothing", () => {
  assertEquals(looks([500, 0], [503, 3], [506, 6]), ["kept", "kept", "kept"]);
});

Deno.test("a router whose clock went back has restarted", () => {
  assertEquals(looks([500, 0], [2, 3]), ["kept", "lost"]);
  assertEquals(looks([500, 0], [499, 0.1]), ["kept", "kept"], "two answers overtook each other");
});

Deno.test("a router that restarted long ago shows it by a clock that is behind", () => {
  assertEquals(looks([500, 0], [900, 1_000]), ["kept", "lost"]);
  assertEquals(looks([500, 0], [1_440, 1_000]), ["kept", "kept"], "a sixteenth is allowed");
});

Deno.test("a router whose clock is ahead of ours is another one", () => {
  assertEquals(looks([10, 0], [5_000, 10]), ["kept", "lost"]);
});
