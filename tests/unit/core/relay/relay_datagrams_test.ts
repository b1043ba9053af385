import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import {
  CALL_HEAD_BYTES,
  CARRY_HEAD_BYTES,
  decodeRelayDatagram,
  encodeRelayDatagram,
  type RelayDatagram,
  routeIn,
} from "../../../../lib/core/relay/relay_datagrams.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

const TOKEN = Uint8Array.from({ length: 16 }, (_, at) => at);
const TOKEN_HEX = "000102030405060708090a0b0c0d0e0f";
/** As short as one can be: the sealed form of a packet of one byte. */
const SEALED = Uint8Array.from({ length: 31 }, (_, at) => 0xf0 - at);
const SEALED_HEX = SEALED.toHex();
const ROUTE = 0x1122334455667788n;

/** What is on the wire does not change: a number is never used again for something else. */
const GOLDEN: readonly (readonly [RelayDatagram, string])[] = [
  [{ kind: "call", route: ROUTE, sealed: SEALED }, `011122334455667788${SEALED_HEX}`],
  [{ kind: "hello", route: ROUTE, token: TOKEN }, `021122334455667788${TOKEN_HEX}`],
  [{ kind: "welcome", token: TOKEN, number: 0xfffefdfc }, `03${TOKEN_HEX}fffefdfc`],
  [{ kind: "keep", route: ROUTE, number: 0x01020304 }, "04112233445566778801020304"],
  [{ kind: "kept", number: 0x01020304 }, "0501020304"],
  [
    { kind: "carry", place: 0x80000001, isProven: false, sealed: SEALED },
    `0680000001${SEALED_HEX}`,
  ],
  [{ kind: "carry", place: 0x80000001, isProven: true, sealed: SEALED }, `0780000001${SEALED_HEX}`],
];

Deno.test("each datagram of a relay's UDP port is these bytes, and read from them", () => {
  const room = new Uint8Array(2_048).fill(0xee); // what was in it before does not matter
  for (const [datagram, hex] of GOLDEN) {
    const bytes = encodeRelayDatagram(datagram, room);
    assertEquals(bytes.toHex(), hex);
    assertEquals(decodeRelayDatagram(bytes), datagram);
    for (let length = 0; length < bytes.length; length++) {
      assertEquals(decodeRelayDatagram(bytes.subarray(0, length)), null);
    }
  }
});

Deno.test("what is too long, of no kind, or sealed nothing, is no datagram", () => {
  for (const [{ kind }, hex] of GOLDEN) {
    if (kind === "call" || kind === "carry") continue;
    assertEquals(decodeRelayDatagram(Uint8Array.fromHex(`${hex}00`)), null);
  }
  for (const first of [0, 8, 0xff]) {
    assertEquals(decodeRelayDatagram(new Uint8Array(64).fill(first)), null);
  }
});

Deno.test("no answer of a relay is longer than what it answers", () => {
  const length = (datagram: RelayDatagram) => encodeRelayDatagram(datagram).length;
  const welcome = length({ kind: "welcome", token: TOKEN, number: 1 });
  assertEquals(welcome <= length({ kind: "hello", route: ROUTE, token: TOKEN }), true);
  const kept = length({ kind: "kept", number: 1 });
  assertEquals(kept <= length({ kind: "keep", route: ROUTE, number: 1 }), true);
  // What goes between relay and SNAPT is never longer than what CNAPT has sent.
  assertEquals(CARRY_HEAD_BYTES <= CALL_HEAD_BYTES, true);
});

Deno.test("a token of another size and a datagram without room are mistakes of ours", () => {
  const token = TOKEN.subarray(1);
  assertThrows(() => encodeRelayDatagram({ kind: "hello", route: ROUTE, token }), LocalMisuse);
  const sealed = new Uint8Array(60);
  assertThrows(
    () => encodeRelayDatagram({ kind: "call", route: 1n, sealed }, new Uint8Array(68)),
    LocalMisuse,
  );
});

Deno.test("a route is read at its place", () => {
  assertEquals(routeIn(Uint8Array.fromHex("ff1122334455667788"), 1), ROUTE);
});
