import {
  isInRanges,
  isOwnMachine,
  isSourceAllowed,
  parseSourceRange,
} from "../../../../lib/core/access/source_list.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

/** A list, an address, and whether it may. Both sides of every edge. */
const CASES: readonly (readonly [string, string, boolean])[] = [
  ["192.168.7.0/24", "192.168.6.255", false],
  ["192.168.7.0/24", "192.168.7.0", true],
  ["192.168.7.0/24", "192.168.7.255", true],
  ["192.168.7.0/24", "192.168.8.0", false],
  ["192.168.7.20", "192.168.7.19", false],
  ["192.168.7.20", "192.168.7.20", true],
  ["192.168.7.20", "192.168.7.21", false],
  ["0.0.0.0/0", "203.0.113.9", true],
  ["0.0.0.0/0", "2001:db8::1", false],
  ["::/0", "203.0.113.9", false],
  ["fd00::/8", "fcff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false],
  ["fd00::/8", "fd00::", true],
  ["fd00::/8", "fdff::1%eth0", true],
  ["fd00::/8", "fe00::", false],
  // A socket for both families shows IPv4 addresses so.
  ["192.168.7.0/24", "::ffff:192.168.7.9", true],
  ["192.168.7.0/24", "::ffff:192.168.8.9", false],
  // This machine itself.
  ["192.168.7.0/24", "127.0.0.1", true],
  ["192.168.7.0/24", "127.255.255.254", true],
  ["192.168.7.0/24", "128.0.0.1", false],
  ["192.168.7.0/24", "::1", true],
  ["192.168.7.0/24", "::ffff:127.0.0.1", true],
  ["192.168.7.0/24", "::2", false],
  // Addresses that only lead to this machine by translation are strangers like any other.
  ["192.168.7.0/24", "2002:7f00:1::", false],
  ["192.168.7.0/24", "64:ff9b::7f00:1", false],
  ["192.168.7.0/24", "somewhere", false],
  ["192.168.7.0/24", "", false],
];

for (const [list, address, isAllowed] of CASES) {
  Deno.test(`${address || "nothing"} is ${isAllowed ? "" : "not "}allowed by ${list}`, () => {
    assertEquals(isSourceAllowed([parseSourceRange(list)], address), isAllowed);
  });
}

for (
  const text of [
    "",
    "any",
    "192.168.7.0/33",
    "192.168.7.1/24",
    "192.168.7",
    "192.168.7.0/",
    "192.168.7.0/-1",
    "192.168.7.0/24/8",
    "fd00::/129",
    "fd00::1/8",
    "0x7f.0.0.1",
    "010.0.0.0/8",
    "home.example.org",
  ]
) {
  Deno.test(`"${text}" is no range of sources`, () => {
    assertThrows(() => parseSourceRange(text), TypeError);
  });
}

Deno.test("only loopback is reached by nobody else", () => {
  for (const host of ["127.0.0.1", "127.9.9.9", "::1", "localhost"]) {
    assertEquals(isOwnMachine(host), true, host);
  }
  for (const host of ["0.0.0.0", "::", "192.168.7.1", "fe80::1", "mybox"]) {
    assertEquals(isOwnMachine(host), false, host);
  }
});

Deno.test("this machine is in a range only where the range has it", () => {
  const ranges = ["192.0.2.0/28", "fd00::/8"].map(parseSourceRange);
  const inside = ["192.0.2.15", "::ffff:192.0.2.1", "fd12::1%eth0"];
  const outside = ["192.0.2.16", "127.0.0.1", "::1", "somewhere"];
  assertEquals(inside.filter((address) => isInRanges(ranges, address)), inside);
  assertEquals(outside.filter((address) => isInRanges(ranges, address)), []);
});
