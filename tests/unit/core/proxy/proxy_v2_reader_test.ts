import { proxyV2Header } from "../../../../lib/core/proxy/proxy_v2.ts";
import { readProxyV2 } from "../../../../lib/core/proxy/proxy_v2_reader.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

Deno.test("a header is read as it was written, in whatever pieces it comes", () => {
  for (const source of ["192.0.2.7:51234", "[2001:db8::7]:1", ""]) {
    const bytes = proxyV2Header(source, "[::1]:80");
    for (let length = 0; length < bytes.length; length++) {
      const part = readProxyV2(bytes.subarray(0, length));
      assertEquals(part.kind, "incomplete");
      if (part.kind === "incomplete") assertEquals(part.missing <= bytes.length - length, true);
    }
    assertEquals(readProxyV2(bytes), { kind: "complete", source: source === "" ? null : source });
  }
});

Deno.test("an IPv4 source beside an IPv6 destination is an IPv4 address again", () => {
  assertEquals(readProxyV2(proxyV2Header("192.0.2.7:1", "[::1]:80")), {
    kind: "complete",
    source: "192.0.2.7:1",
  });
});

Deno.test("what is no header, another command, or too long, is refused", () => {
  const header = proxyV2Header("192.0.2.7:51234", "127.0.0.1:80");
  for (const wrong of [header.with(0, 0), header.with(12, 0x11), header.with(14, 0x7f)]) {
    assertThrows(() => readProxyV2(wrong), ProtocolViolation);
  }
  assertThrows(() => readProxyV2(header.with(13, 0x21)), ProtocolViolation, "only 12 bytes");
});

Deno.test("a source of another family than IP is none", () => {
  const header = proxyV2Header("192.0.2.7:51234", "127.0.0.1:80").with(13, 0x31);
  assertEquals(readProxyV2(header), { kind: "complete", source: null });
});
