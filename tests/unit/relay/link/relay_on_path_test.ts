import { receiptWithRelay, relayOnPath } from "../../../../lib/relay/link/relay_on_path.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { receipt } from "../../status/kit/site_snapshot.ts";

const AT = "relay.example.org:7787";

Deno.test("of a relay on the path the round trip of the system is told, where it is known", () => {
  const [conn] = MemoryConn.pair();
  assertEquals(relayOnPath(null), null);
  assertEquals(relayOnPath({ relay: null, conn }), null);
  assertEquals(relayOnPath({ relay: AT, conn }), { address: AT, roundTripMs: null });
  const measured = Object.assign(conn, { systemRoundTripMs: () => 4.5 });
  assertEquals(relayOnPath({ relay: AT, conn: measured })?.roundTripMs, 4.5);
});

Deno.test("the receipt of a switch that succeeded names the relay of the new path", () => {
  const done = receipt();
  assertEquals(receiptWithRelay(done, { relay: AT }), { ...done, relay: AT });
  assertEquals(receiptWithRelay(done, { relay: null }), done);
  assertEquals(receiptWithRelay(done, null), done);
  const failed = receipt({ outcome: "failed" });
  assertEquals(receiptWithRelay(failed, { relay: AT }), failed);
});
