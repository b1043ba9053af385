import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import {
  decodeParked,
  decodeRelayMessage,
  encodeParked,
  encodeRelayMessage,
  isParkedStart,
  MAX_TOKENS,
  PARKED_BYTES,
  PARTINGS,
  type RelayMessage,
} from "../../../../lib/core/relay/relay_messages.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

const TOKEN = Uint8Array.from({ length: 16 }, (_, at) => at);
const TOKEN_HEX = "000102030405060708090a0b0c0d0e0f";

/** What is on the wire does not change: a number is never used again for something else. */
const GOLDEN: readonly (readonly [RelayMessage, string])[] = [
  [{ kind: "park", tokens: [TOKEN] }, `01001101${TOKEN_HEX}`],
  [{ kind: "park", tokens: [TOKEN, TOKEN] }, `01002102${TOKEN_HEX}${TOKEN_HEX}`],
  [{ kind: "ping", token: 0x01020304 }, "02000401020304"],
  [{ kind: "pong", token: 0xffffffff }, "030004ffffffff"],
  [{ kind: "parting", reason: "displaced" }, "04000100"],
  [{ kind: "parting", reason: "revoked" }, "04000101"],
  [{ kind: "parting", reason: "shuttingDown" }, "04000102"],
  [
    { kind: "quota", usedBytes: 2 ** 32 + 5, limitBytes: 100 },
    "05001000000001000000050000000000000064",
  ],
  [{ kind: "wantDatagrams" }, "060000"],
  [{ kind: "datagrams", token: TOKEN }, `070010${TOKEN_HEX}`],
  [{ kind: "datagrams", token: null }, "070000"],
];

Deno.test("each message is these bytes, and read from them, in whatever pieces they come", () => {
  for (const [message, hex] of GOLDEN) {
    const bytes = encodeRelayMessage(message);
    assertEquals(bytes.toHex(), hex);
    for (let length = 0; length < bytes.length; length++) {
      const part = decodeRelayMessage(bytes.subarray(0, length));
      assertEquals(part.kind, "incomplete");
      if (part.kind === "incomplete") assertEquals(part.missing <= bytes.length - length, true);
    }
    assertEquals(decodeRelayMessage(bytes), message);
    assertThrows(() => decodeRelayMessage(Uint8Array.of(...bytes, 0)), ProtocolViolation);
  }
  assertEquals(GOLDEN.length, 8 + PARTINGS.length);
});

Deno.test("as many connections as there may be are asked for, and not one more", () => {
  const most = { kind: "park", tokens: Array(MAX_TOKENS).fill(TOKEN) } as const;
  assertEquals(decodeRelayMessage(encodeRelayMessage(most)), most);
  for (const tokens of [[], Array(MAX_TOKENS + 1).fill(TOKEN), [TOKEN.subarray(1)]]) {
    assertThrows(() => encodeRelayMessage({ kind: "park", tokens }), LocalMisuse);
  }
});

Deno.test("bytes that are no message are refused as soon as they can be told", () => {
  const wrong = [
    "00",
    "08",
    "06000101",
    "07000101",
    "ff",
    "01ffff",
    "01040200",
    "01000100",
    "010011ff" + TOKEN_HEX,
    "02000100",
    "0400017f",
  ];
  for (const hex of wrong) {
    assertThrows(() => decodeRelayMessage(Uint8Array.fromHex(hex)), ProtocolViolation);
  }
});

Deno.test("a parked connection begins with its token", () => {
  const bytes = encodeParked(TOKEN);
  assertEquals(bytes.toHex(), `534e504b01${TOKEN_HEX}`);
  assertEquals(bytes.length, PARKED_BYTES);
  assertEquals(decodeParked(bytes), TOKEN);
  assertEquals(isParkedStart(bytes.subarray(0, 1)), true);
  assertEquals(isParkedStart(Uint8Array.of(0x53, 0x53)), false);
  assertEquals(isParkedStart(new Uint8Array(0)), false);
});

Deno.test("a parked connection of another version, or no such connection, is refused", () => {
  assertThrows(() => decodeParked(encodeParked(TOKEN).with(4, 2)), ProtocolViolation, "version 2");
  assertThrows(() => decodeParked(encodeParked(TOKEN).with(0, 0)), ProtocolViolation, "otherwise");
});
