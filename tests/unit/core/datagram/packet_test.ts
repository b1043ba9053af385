import {
  decodePacket,
  encodePacket,
  type Packet,
  UNBOUND_CODES,
} from "../../../../lib/core/datagram/packet.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

const PAYLOAD = new Uint8Array([1, 2, 3]);

/** Each kind with its bytes, written by hand from docs/wire.md. */
const VECTORS: readonly (readonly [Packet, string])[] = [
  [{ kind: "data", flow: 7, payload: PAYLOAD }, "00 00000007 010203"],
  [
    {
      kind: "bind",
      flow: 0xffff_ffff,
      epoch: 2,
      target: { kind: "service", name: "dns" },
      source: "::1",
      payload: PAYLOAD,
    },
    "01 ffffffff 00000002 00 0003 646e73 0003 3a3a31 010203",
  ],
  [
    {
      kind: "bind",
      flow: 1,
      epoch: 0,
      target: { kind: "destination", host: "db", port: 53 },
      source: "",
      payload: new Uint8Array(0),
    },
    "01 00000001 00000000 01 0002 6462 0035 0000",
  ],
  [{ kind: "bound", flow: 7 }, "02 00000007"],
  [{ kind: "unbound", flow: 7, code: "notAllowed" }, "03 00000007 02"],
  [{ kind: "probe", token: 0xdead_beef, epoch: 3 }, "04 deadbeef 00000003"],
  [{ kind: "probed", token: 0xdead_beef }, "05 deadbeef"],
  [{ kind: "tooLarge" }, "07"],
  [{ kind: "located", flow: 7, address: "[::1]:53" }, "06 00000007 0008 5b3a3a315d3a3533"],
];

function fromHex(digits: string): Uint8Array {
  return Uint8Array.fromHex(digits.replaceAll(" ", ""));
}

for (const [packet, digits] of VECTORS) {
  Deno.test(`a packet of kind ${packet.kind} is ${digits}`, () => {
    assertEquals(new Uint8Array(encodePacket(packet)), fromHex(digits));
    assertEquals(decodePacket(fromHex(digits)), packet);
  });
}

Deno.test("a packet that is cut anywhere before its payload is refused", () => {
  for (const [packet, digits] of VECTORS) {
    const bytes = fromHex(digits);
    const payload = "payload" in packet ? packet.payload.length : 0;
    for (let length = 0; length < bytes.length - payload; length++) {
      assertThrows(() => decodePacket(bytes.subarray(0, length)), ProtocolViolation);
    }
  }
});

Deno.test("a packet of no known kind, or with a byte too many, is refused", () => {
  assertThrows(() => decodePacket(fromHex("07 00000007")), ProtocolViolation);
  assertThrows(() => decodePacket(fromHex("02 00000007 00")), ProtocolViolation);
  const unknown = UNBOUND_CODES.length.toString(16).padStart(2, "0");
  assertThrows(() => decodePacket(fromHex(`03 00000007 ${unknown}`)), ProtocolViolation);
});
