import {
  formatHostPort,
  isAnyAddress,
  isNumericAddress,
  parseHostPort,
  parseTarget,
  parseTargetOrHost,
} from "../../../lib/config/host_port.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

for (
  const [text, host, port] of [
    ["127.0.0.1:22", "127.0.0.1", 22],
    ["localhost:0", "localhost", 0],
    ["home.example.org:65535", "home.example.org", 65_535],
    ["under_score-1:1", "under_score-1", 1],
    ["bücher.example:80", "bücher.example", 80],
    ["[::1]:22", "::1", 22],
    ["[fe80::1%eth0]:22", "fe80::1%eth0", 22],
    ["[::ffff:192.0.2.1]:22", "::ffff:192.0.2.1", 22],
  ] as const
) {
  Deno.test(`parseHostPort reads ${text} and formatHostPort writes it again`, () => {
    assertEquals(parseHostPort(text), { host, port });
    assertEquals(parseHostPort(` ${text} `), { host, port });
    assertEquals(formatHostPort({ host, port }), text);
  });
}

Deno.test("parseHostPort takes no host at all for all addresses", () => {
  assertEquals(parseHostPort(":22"), { host: "::", port: 22 });
});

for (
  const text of [
    "",
    "22",
    "127.0.0.1",
    "127.0.0.1:",
    "127.0.0.1:x",
    "127.0.0.1:-1",
    "127.0.0.1:1.5",
    "127.0.0.1:65536",
    "127.0.0.1:123456",
    "127.0.0.256:22",
    "10.0.5:22",
    "1:22",
    "::1:22",
    "[::1]",
    "[::1:22",
    "[1::2::3]:22",
    "[12345::]:22",
    "[1:2]:22",
    "[::1%]:22",
    "[home]:22",
    "*:22",
    "a b:22",
    "a/b:22",
    "user@host:22",
    "tcp://host:22",
    "host:22/x",
    "host\n:22",
  ]
) {
  Deno.test(`parseHostPort refuses ${JSON.stringify(text)}`, () => {
    assertThrows(() => parseHostPort(text), TypeError, JSON.stringify(text));
  });
}

for (const text of [":22", "0.0.0.0:22", "[::]:22", "[0:0::0]:22", "127.0.0.1:0"]) {
  Deno.test(`parseTarget refuses ${text}, which is no place to connect to`, () => {
    parseHostPort(text);
    assertThrows(() => parseTarget(text), TypeError);
  });
}

Deno.test("isNumericAddress tells addresses from names", () => {
  for (const address of ["127.0.0.1", "::", "fe80::1%eth0", "2001:db8::1"]) {
    assertEquals(isNumericAddress(address), true, address);
  }
  for (const name of ["localhost", "1.2.3", "1.2.3.256", "a.b.c.d", ""]) {
    assertEquals(isNumericAddress(name), false, name);
  }
});

Deno.test("isAnyAddress knows what stands for every address", () => {
  assertEquals(["0.0.0.0", "::", "0::0"].map(isAnyAddress), [true, true, true]);
  assertEquals(["127.0.0.1", "::1", "", "localhost"].map(isAnyAddress), Array(4).fill(false));
});

for (
  const [text, host, port] of [
    ["home.example.org", "home.example.org", 7787],
    [" home.example.org:443 ", "home.example.org", 443],
    ["192.0.2.7", "192.0.2.7", 7787],
    ["2001:db8::7", "2001:db8::7", 7787],
    ["[2001:db8::7]", "2001:db8::7", 7787],
    ["[2001:db8::7]:443", "2001:db8::7", 443],
  ] as const
) {
  Deno.test(`parseTargetOrHost reads ${text}`, () => {
    assertEquals(parseTargetOrHost(text, 7787), { host, port });
  });
}

for (const text of ["", ":7787", "home:", "home:x", "home:0", "[::1", "a b", "0.0.0.0", "::"]) {
  Deno.test(`parseTargetOrHost refuses ${JSON.stringify(text)}`, () => {
    assertThrows(() => parseTargetOrHost(text, 7787), TypeError);
  });
}

Deno.test("parseTargetOrHost wants a port where none is usual", () => {
  assertThrows(() => parseTargetOrHost("home.example.org", 0), TypeError, "write HOST:PORT");
});
