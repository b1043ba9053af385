import { proxyV2Header } from "../../../../lib/core/proxy/proxy_v2.ts";
import { assertEquals } from "../../../assert.ts";

const SIGNATURE = "0d0a0d0a000d0a515549540a";

Deno.test("the header has both ends of an IPv4 connection", () => {
  assertEquals(
    proxyV2Header("192.0.2.7:51234", "127.0.0.1:80").toHex(),
    `${SIGNATURE}2111000c` + "c0000207" + "7f000001" + "c822" + "0050",
  );
});

Deno.test("the header has both ends of an IPv6 connection, and of a mixed one", () => {
  assertEquals(
    proxyV2Header("[2001:db8::7]:1", "[::1]:80").toHex(),
    `${SIGNATURE}21210024` + "20010db8000000000000000000000007" +
      "00000000000000000000000000000001" + "0001" + "0050",
  );
  assertEquals(
    proxyV2Header("192.0.2.7:1", "[::1]:80").toHex(),
    `${SIGNATURE}21210024` + "00000000000000000000ffffc0000207" +
      "00000000000000000000000000000001" + "0001" + "0050",
  );
});

Deno.test("an IPv4 address that a socket for both families shows is one in the header", () => {
  assertEquals(
    proxyV2Header("[::ffff:192.0.2.7]:51234", "127.0.0.1:80").toHex(),
    proxyV2Header("192.0.2.7:51234", "127.0.0.1:80").toHex(),
  );
});

Deno.test("the header says that the relay speaks for itself when the source is not known", () => {
  for (const source of ["", "unix:/run/x", "nonsense", "1.2.3.4"]) {
    assertEquals(proxyV2Header(source, "127.0.0.1:80").toHex(), `${SIGNATURE}20000000`);
  }
});
