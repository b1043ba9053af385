import { Link } from "../../../../../lib/relay/link/link.ts";
import { localAddress } from "../../../../../lib/relay/link/direct/local_address.ts";
import { assertEquals } from "../../../../assert.ts";
import { MemoryConn } from "../../../../memory_conn.ts";
import { testTasks } from "../../../../test_tasks.ts";

function linkFrom(address: string): Link {
  return new Link(MemoryConn.pair(address)[0], "a", testTasks());
}

function deviceWith(...addresses: readonly string[]) {
  return { key: "a", via: { kind: "device", device: "eth0", addresses } } as const;
}

Deno.test("an open link tells the address, without brackets", () => {
  assertEquals(localAddress(linkFrom("192.0.2.7:999"), null), "192.0.2.7");
  assertEquals(localAddress(linkFrom("[2001:db8::7]:999"), deviceWith("::1")), "2001:db8::7");
});

Deno.test("without a link the only address of a network does, and nothing else", () => {
  const address = { key: "a", via: { kind: "address", address: "192.0.2.8" } } as const;
  assertEquals(localAddress(null, address), "192.0.2.8");
  assertEquals(localAddress(null, deviceWith("192.0.2.9")), "192.0.2.9");
  assertEquals(localAddress(null, deviceWith("192.0.2.9", "192.0.2.10")), null);
  assertEquals(localAddress(null, { key: "a", via: { kind: "any" } }), null);
  assertEquals(localAddress(null, null), null);
});
