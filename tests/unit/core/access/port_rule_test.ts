import { isPortAllowed, parsePortRule } from "../../../../lib/core/access/port_rule.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

const ROWS = [
  ["9100", { protocol: "tcp", first: 9_100, last: 9_100 }],
  ["8000-8099", { protocol: "tcp", first: 8_000, last: 8_099 }],
  ["5060/udp", { protocol: "udp", first: 5_060, last: 5_060 }],
  ["*", { protocol: null, first: 1, last: 65_535 }],
  ["*/udp", { protocol: "udp", first: 1, last: 65_535 }],
] as const;

for (const [text, rule] of ROWS) {
  Deno.test(`${text} is read as a rule for ports`, () => {
    assertEquals(parsePortRule(text), rule);
  });
}

for (const text of ["", "0", "65536", "80-79", "80-", "udp", "80/sctp", "80/udp/tcp", "-1"]) {
  Deno.test(`"${text}" is refused as a rule for ports`, () => {
    assertThrows(() => parsePortRule(text), TypeError);
  });
}

Deno.test("a port is allowed by the rules that have it and its protocol", () => {
  const rules = ["8000-8099", "5060/udp"].map(parsePortRule);
  assertEquals(isPortAllowed(rules, 8_000, "tcp"), true);
  assertEquals(isPortAllowed(rules, 8_099, "tcp"), true);
  assertEquals(isPortAllowed(rules, 8_100, "tcp"), false);
  assertEquals(isPortAllowed(rules, 8_000, "udp"), false);
  assertEquals(isPortAllowed(rules, 5_060, "udp"), true);
  assertEquals(isPortAllowed(rules, 5_060, "tcp"), false);
  assertEquals(isPortAllowed([parsePortRule("*")], 1, "udp"), true);
  assertEquals(isPortAllowed([], 1, "tcp"), false);
});
