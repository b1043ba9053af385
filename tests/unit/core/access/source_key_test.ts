import { sourceKey } from "../../../../lib/core/access/source_key.ts";
import { assertEquals } from "../../../assert.ts";

for (
  const [host, key] of [
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["[::ffff:c000:207]", "192.0.2.7"],
    ["2001:db8::1", "2001:db8::/64"],
    ["[2001:db8:0:0:ffff::9]", "2001:db8::/64"],
    ["2001:db8:0:1::1", "2001:db8:0:1::/64"],
    ["fe80::1%eth0", "fe80::/64"],
    ["::1", "::/64"],
    ["somewhere", "somewhere"],
    ["", ""],
  ] as const
) {
  Deno.test(`"${host}" counts for the source "${key}"`, () => assertEquals(sourceKey(host), key));
}
