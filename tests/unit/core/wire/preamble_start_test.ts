import { decodeAuth, decodeHello } from "../../../../lib/core/wire/preamble.ts";
import { expectAuthStart, expectHelloStart } from "../../../../lib/core/wire/preamble_start.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";
import { fromHex } from "./golden_vectors.ts";

const encoder = new TextEncoder();

const STRANGERS: readonly { code: string; name: string; bytes: Uint8Array }[] = [
  { code: "tlsRecord", name: "a TLS ClientHello", bytes: fromHex("16030100f5 010000f1 0303") },
  { code: "tlsRecord", name: "a TLS alert", bytes: fromHex("1503030002 0246") },
  { code: "http", name: "an HTTP request", bytes: encoder.encode("GET / HTTP/1.0\r\n\r\n") },
  { code: "http", name: "an HTTP/2 request", bytes: encoder.encode("PRI * HTTP/2.0\r\n") },
  { code: "http", name: "an HTTP response", bytes: encoder.encode("HTTP/1.1 400 Bad Request\r\n") },
  { code: "ssh", name: "an SSH banner", bytes: encoder.encode("SSH-2.0-x\r\n") },
  { code: "unknown", name: "zeros", bytes: new Uint8Array(100) },
  { code: "unknown", name: "a magic in lower case", bytes: encoder.encode("cnpt") },
  { code: "unknown", name: "a handshake type that is not TLS", bytes: fromHex("16ff0000") },
];

for (const { code, name, bytes } of STRANGERS) {
  Deno.test(`the start of a link tells ${code} when ${name} came`, () => {
    for (const judge of [expectHelloStart, expectAuthStart, decodeHello, decodeAuth]) {
      const violation = assertThrows(() => judge(bytes), ProtocolViolation, "Cannot read preamble");
      assertEquals(violation.code, code);
    }
  });
}

Deno.test("the start of a link tells which of the two is at the wrong end", () => {
  const ofSnapt = () => expectAuthStart(encoder.encode("SNPT"));
  assertEquals(assertThrows(ofSnapt, ProtocolViolation).code, "snapt");
  const ofCnapt = () => expectHelloStart(encoder.encode("CNPT"));
  assertEquals(assertThrows(ofCnapt, ProtocolViolation).code, "cnapt");
});

Deno.test("the start of a link is not judged before four bytes came, and passes when right", () => {
  for (let length = 0; length < 4; length += 1) {
    expectHelloStart(new Uint8Array(length));
    expectAuthStart(new Uint8Array(length));
  }
  expectHelloStart(encoder.encode("SNPT and whatever follows"));
  expectAuthStart(encoder.encode("CNPT"));
});
