import {
  formatIpAddress,
  parseIpAddress,
  withoutTranslation,
} from "../../../../lib/core/access/ip_address.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("parseIpAddress reads addresses as they are written when resolved", () => {
  assertEquals(parseIpAddress("192.0.2.7"), { family: 4, value: 0xc0000207n });
  assertEquals(parseIpAddress("::1"), { family: 6, value: 1n });
  assertEquals(parseIpAddress("::"), { family: 6, value: 0n });
  assertEquals(parseIpAddress("1:2:3:4:5:6:7:8")?.value, 0x00010002000300040005000600070008n);
  assertEquals(parseIpAddress("FE80::a"), { family: 6, value: (0xfe80n << 112n) + 10n });
  assertEquals(parseIpAddress("::ffff:127.0.0.1"), { family: 6, value: 0xffff7f000001n });
});

Deno.test("parseIpAddress refuses what only looks like an address", () => {
  const wrong = ["", "127.1", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "1.2.3.256", "1.2.3.4.5"];
  const wrong6 = [":::", "1::2::3", "1:2:3", "12345::", "::g", "fe80::1%eth0", "1.2.3.4::"];
  const full = ["1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8"];
  for (const text of [...wrong, ...wrong6, ...full]) assertEquals(parseIpAddress(text), null, text);
});

Deno.test("withoutTranslation finds the IPv4 address in IPv6 ones that carry one", () => {
  const carried = ["::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1"];
  const others = ["::127.0.0.1", "::ffff:0:127.0.0.1", "2001:0:c000:201::80ff:fffe"];
  const isatap = ["2001:db8::5efe:7f00:1", "2001:db8::200:5efe:7f00:1"];
  for (const text of [...carried, ...others, ...isatap]) {
    const address = parseIpAddress(text);
    const inner = address === null ? null : withoutTranslation(address);
    assertEquals(inner, { family: 4, value: 0x7f000001n }, text);
  }
  const plain = ["2001:db8::7f00:1", "::1", "::", "fe80::1", "192.0.2.1", "64:ff9b:1::7f00:1"];
  for (const text of plain) {
    const address = parseIpAddress(text);
    assertEquals(address === null ? null : withoutTranslation(address), address, text);
  }
});

Deno.test("formatIpAddress writes what parseIpAddress read, as short as it may be", () => {
  const texts = ["192.0.2.7", "0.0.0.0", "::", "::1", "1::", "fd00:99::2", "1:2:3:4:5:6:7:8"];
  const zeros = ["1:0:0:2::3", "2001:db8::1:0:0:1", "1:0:2:3:4:5:6:7"];
  for (const text of [...texts, ...zeros]) {
    const address = parseIpAddress(text);
    assertEquals(address === null ? "" : formatIpAddress(address), text);
  }
});
