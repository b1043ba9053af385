import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import {
  decodePair,
  decodePairingFrame,
  encodePair,
  encodePairingFrame,
  encodeWelcome,
  MAX_OTHER_ADDRESSES,
  MAX_PAIRING_BODY_BYTES,
  PAIR_BYTES,
  PAIRING_REFUSALS,
  type PairingFrame,
  type Welcome,
} from "../../../../lib/core/pairing/pairing_messages.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";
import { KEY, WELCOME } from "./kit/exchange.ts";

const MAC = new Uint8Array(32).fill(8);

function welcome(welcome: Welcome): PairingFrame {
  return { kind: "welcome", mac: MAC, welcome, content: encodeWelcome(welcome) };
}

const FRAMES: readonly PairingFrame[] = [
  welcome(WELCOME),
  welcome({ ...WELCOME, site: "", addresses: [] }),
  { kind: "enrol", key: KEY, mac: MAC },
  { kind: "stored", mac: MAC },
  { kind: "confirm", mac: MAC },
  { kind: "done", mac: MAC },
  ...PAIRING_REFUSALS.map((code) => ({ kind: "refused", code }) as const),
];

Deno.test("PAIR is read as it was written, and as long as AUTH", () => {
  const pair = { version: 1, codeId: new Uint8Array(16).fill(4), nonce: KEY, mac: MAC };
  const bytes = encodePair(pair);
  assertEquals(bytes.length, PAIR_BYTES);
  assertEquals(decodePair(bytes), pair);
  assertThrows(() => decodePair(bytes.subarray(1)), ProtocolViolation);
});

Deno.test("each frame is read as it was written, in whatever pieces it comes", () => {
  for (const frame of FRAMES) {
    const bytes = encodePairingFrame(frame);
    for (let length = 0; length < bytes.length; length++) {
      const part = decodePairingFrame(bytes.subarray(0, length));
      assertEquals(part.kind, "incomplete");
      if (part.kind === "incomplete") assertEquals(part.missing <= bytes.length - length, true);
    }
    assertEquals(decodePairingFrame(bytes), frame);
    assertThrows(() => decodePairingFrame(Uint8Array.of(...bytes, 0)), ProtocolViolation);
  }
});

Deno.test("a frame of an unknown type, or longer than any, is judged by its beginning", () => {
  for (const type of [0, 7, 255]) {
    assertThrows(() => decodePairingFrame(Uint8Array.of(type)), ProtocolViolation, "no type");
  }
  const long = MAX_PAIRING_BODY_BYTES + 1;
  const header = Uint8Array.of(1, long >> 8, long & 255);
  assertThrows(() => decodePairingFrame(header), ProtocolViolation, "bytes");
});

Deno.test("the largest welcome fits, and one address more is nobody's", () => {
  const name = "n".repeat(64);
  const addresses = Array.from(
    { length: MAX_OTHER_ADDRESSES },
    () => ({ host: "h".repeat(255), port: 65_535 }),
  );
  const largest = welcome({ ...WELCOME, name, site: name, addresses });
  const bytes = encodePairingFrame(largest);
  assertEquals(bytes.length, 3 + MAX_PAIRING_BODY_BYTES);
  assertEquals(decodePairingFrame(bytes), largest);
  assertThrows(() => encodeWelcome({ ...WELCOME, name: `${name}n` }), LocalMisuse);
  const count = 3 + 32 + 16 + 2 + WELCOME.name.length + 2 + WELCOME.site.length;
  const tooMany = encodePairingFrame(welcome(WELCOME)).with(count, MAX_OTHER_ADDRESSES + 1);
  assertThrows(() => decodePairingFrame(tooMany), ProtocolViolation, "addresses");
});
