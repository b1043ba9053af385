import { Buffer } from "node:buffer";
import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import { MAX_SENTENCE_BYTES, REFUSAL_CODES } from "../../../../lib/core/wire/message.ts";
import {
  type Auth,
  AUTH_BYTES,
  authMacInput,
  decodeAuth,
  decodeHello,
  decodeVerdict,
  encodeAuth,
  encodeHello,
  encodeVerdict,
  HELLO_BYTES,
  type IncompleteVerdict,
  type Verdict,
  verdictMacInput,
} from "../../../../lib/core/wire/preamble.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import { fromHex } from "./golden_vectors.ts";

const SERVER_NONCE = new Uint8Array(32).fill(0xa1);
const CLIENT_NONCE = new Uint8Array(32).fill(0xb2);
const ID = new Uint8Array(16).fill(0xc3);
const MAC = new Uint8Array(32).fill(0xd4);
const CHANNEL = new Uint8Array(32).fill(0xe5);
const COVERED = {
  serverNonce: SERVER_NONCE,
  clientNonce: CLIENT_NONCE,
  id: ID,
  version: 2,
  channel: CHANNEL,
};
const AUTH: Auth = { version: 2, id: ID, nonce: CLIENT_NONCE, mac: MAC };

const HELLO_HEX = `534e5054 02 ${"a1".repeat(32)}`;
const AUTH_HEX = `434e5054 02 ${"c3".repeat(16)} ${"b2".repeat(32)} ${"d4".repeat(32)}`;
const ACCEPTED_HEX = `00 ${"d4".repeat(32)}`;
const REFUSED_HEX = "04 0005 736f727279";
const REFUSED: Verdict = { kind: "refused", code: "full", sentence: "sorry" };

function codeOf(run: () => unknown): string {
  return assertThrows(run, ProtocolViolation, /^Cannot read /).code;
}

Deno.test("HELLO is written and read as in its golden vector", () => {
  const hello = { version: 2, nonce: SERVER_NONCE };
  assertEquals(encodeHello(hello), fromHex(HELLO_HEX));
  assertEquals(decodeHello(fromHex(HELLO_HEX)), hello);
  assertEquals(fromHex(HELLO_HEX).length, HELLO_BYTES);
});

Deno.test("AUTH is written and read as in its golden vector", () => {
  assertEquals(encodeAuth(AUTH), fromHex(AUTH_HEX));
  assertEquals(decodeAuth(fromHex(AUTH_HEX)), AUTH);
  assertEquals(fromHex(AUTH_HEX).length, AUTH_BYTES);
});

Deno.test("HELLO and AUTH of another version are read, so that it can be named", () => {
  assertEquals(decodeHello(fromHex(HELLO_HEX.replace(" 02 ", " ff "))).version, 255);
  assertEquals(decodeAuth(fromHex(AUTH_HEX.replace(" 02 ", " 01 "))).version, 1);
});

Deno.test("HELLO and AUTH are refused when they are cut anywhere or have a byte more", () => {
  for (const [hex, decode] of [[HELLO_HEX, decodeHello], [AUTH_HEX, decodeAuth]] as const) {
    const bytes = fromHex(hex);
    for (let length = 0; length < bytes.length; length += 1) {
      assertEquals(codeOf(() => decode(bytes.subarray(0, length))), "truncated");
    }
    assertEquals(codeOf(() => decode(new Uint8Array([...bytes, 0]))), "trailingBytes");
  }
});

Deno.test("AUTH does not change with the buffer when that is one of node:buffer", () => {
  const buffer = Buffer.from(fromHex(AUTH_HEX));
  const auth = decodeAuth(buffer);
  buffer.fill(0);
  assertEquals(auth, AUTH);
});

Deno.test("HELLO, AUTH and what the MACs cover refuse parts of another size", () => {
  const short = new Uint8Array(15);
  const wrong = [
    () => encodeHello({ version: 1, nonce: short }),
    () => encodeHello({ version: 256, nonce: SERVER_NONCE }),
    () => encodeAuth({ ...AUTH, id: short }),
    () => encodeAuth({ ...AUTH, nonce: short }),
    () => encodeAuth({ ...AUTH, mac: short }),
    () => encodeVerdict({ kind: "accepted", mac: short }),
    () => authMacInput({ ...COVERED, serverNonce: short }),
    () => authMacInput({ ...COVERED, clientNonce: short }),
    () => authMacInput({ ...COVERED, channel: short }),
    () => verdictMacInput({ ...COVERED, id: short }),
    () => verdictMacInput({ ...COVERED, version: -1 }),
  ];
  for (const run of wrong) assertThrows(run, LocalMisuse, "Cannot encode");
});

Deno.test("VERDICT is written and read as in its golden vectors", () => {
  const accepted: Verdict = { kind: "accepted", mac: MAC };
  assertEquals(encodeVerdict(accepted), fromHex(ACCEPTED_HEX));
  assertEquals<unknown>(decodeVerdict(fromHex(ACCEPTED_HEX)), accepted);
  assertEquals(encodeVerdict(REFUSED), fromHex(REFUSED_HEX));
  assertEquals<unknown>(decodeVerdict(fromHex(REFUSED_HEX)), REFUSED);
});

Deno.test("VERDICT carries every code of refusal", () => {
  for (const code of REFUSAL_CODES) {
    const verdict: Verdict = { kind: "refused", code, sentence: "" };
    assertEquals<unknown>(decodeVerdict(encodeVerdict(verdict)), verdict);
  }
  for (const first of [REFUSAL_CODES.length + 1, 0xff]) {
    assertEquals(codeOf(() => decodeVerdict(new Uint8Array([first]))), "malformed");
  }
});

Deno.test("VERDICT never turns an unknown refusal into an acceptance", () => {
  const verdict: Verdict = Object.assign({ ...REFUSED }, { code: "noSuchCode" });
  assertThrows(() => encodeVerdict(verdict), LocalMisuse, "noSuchCode");
});

Deno.test("VERDICT asks for exactly the bytes that are missing, wherever it is cut", () => {
  const longest: Verdict = { ...REFUSED, sentence: "s".repeat(MAX_SENTENCE_BYTES) };
  for (const whole of [fromHex(ACCEPTED_HEX), fromHex(REFUSED_HEX), encodeVerdict(longest)]) {
    for (let cut = 0; cut < whole.length; cut += 1) {
      let verdict: Verdict | IncompleteVerdict = decodeVerdict(whole.subarray(0, cut));
      let taken = cut;
      while (verdict.kind === "incomplete") {
        assert(verdict.missing > 0);
        taken += verdict.missing;
        assert(taken <= whole.length, "asked for bytes of what follows");
        verdict = decodeVerdict(whole.subarray(0, taken));
      }
      assertEquals(taken, whole.length);
    }
  }
});

Deno.test("VERDICT with a sentence that is too long is refused before the sentence comes", () => {
  for (const come of ["04 0201", `04 0201 ${"61".repeat(300)}`, "04 ffff"]) {
    assertEquals(codeOf(() => decodeVerdict(fromHex(come))), "tooLong");
  }
});

Deno.test("VERDICT with a byte more is refused, as what follows must not be read with it", () => {
  for (const hex of [ACCEPTED_HEX, REFUSED_HEX]) {
    assertEquals(codeOf(() => decodeVerdict(fromHex(`${hex} 00`))), "trailingBytes");
  }
});

Deno.test("the MACs cover label, version, ID, both nonces and the channel in a fixed order", () => {
  const label = new TextEncoder().encode("cnapt link auth v2\0");
  assertEquals(
    authMacInput(COVERED),
    new Uint8Array([...label, 2, ...ID, ...SERVER_NONCE, ...CLIENT_NONCE, ...CHANNEL]),
  );
});

Deno.test("the MACs cover other bytes when any part, the direction or the dialler differs", () => {
  const other = new Uint8Array(32).fill(0xee);
  const inputs = [authMacInput, verdictMacInput].flatMap((input) => [
    input(COVERED),
    input({ ...COVERED, serverNonce: CLIENT_NONCE, clientNonce: SERVER_NONCE }),
    input({ ...COVERED, serverNonce: other }),
    input({ ...COVERED, clientNonce: other }),
    input({ ...COVERED, channel: other }),
    input({ ...COVERED, id: other.subarray(0, 16) }),
    input({ ...COVERED, version: 3 }),
    input({ ...COVERED, dialler: "snapt" }),
  ]);
  assertEquals(new Set(inputs.map((input) => input.toHex())).size, 16);
});
