import { translatedAddresses } from "../../../../lib/core/access/nat64.ts";
import { assertEquals } from "../../../assert.ts";

// The table of RFC 6052, section 2.4, and what ipv4only.arpa is under the same prefixes.
for (
  const [answer, expected] of [
    ["2001:db8:c000:aa::", "2001:db8:c000:221::"],
    ["2001:db8:1c0:0:aa::", "2001:db8:1c0:2:21::"],
    ["2001:db8:122:c000:0:aa00::", "2001:db8:122:c000:2:2100::"],
    ["2001:db8:122:3c0:0:aa::", "2001:db8:122:3c0:0:221::"],
    ["2001:db8:122:344:c0:0:aa00:0", "2001:db8:122:344:c0:2:2100:0"],
    ["2001:db8:122:344::c000:aa", "2001:db8:122:344::c000:221"],
    ["64:ff9b::c000:ab", "64:ff9b::c000:221"],
  ] as const
) {
  Deno.test(`192.0.2.33 is ${expected} where ipv4only.arpa is ${answer}`, () => {
    assertEquals(translatedAddresses("192.0.2.33", [answer]), [expected]);
  });
}

Deno.test("nothing is translated without a prefix, and a name is no address", () => {
  assertEquals(translatedAddresses("192.0.2.33", ["192.0.0.170", "2001:db8::1"]), []);
  assertEquals(translatedAddresses("snapt.example", ["64:ff9b::c000:aa"]), []);
  assertEquals(translatedAddresses("2001:db8::7", ["64:ff9b::c000:aa"]), []);
});

Deno.test("a prefix that both addresses show counts once", () => {
  const both = ["64:ff9b::c000:aa", "64:ff9b::c000:ab"];
  assertEquals(translatedAddresses("192.0.2.33", both), ["64:ff9b::c000:221"]);
});
