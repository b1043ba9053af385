import {
  counterOf,
  SEAL_NONCE_BYTES,
  SEALED_HEAD_BYTES,
  TAG_BYTES,
  tagOf,
  writeHead,
  writeNonce,
} from "../../../../lib/core/datagram/sealed_datagram.ts";
import { assertEquals } from "../../../assert.ts";

const TAG = 0xfedc_ba98_7654;
const COUNTER = Number.MAX_SAFE_INTEGER - 2;

Deno.test("the head of a sealed datagram is written and read back, also behind something", () => {
  for (const offset of [0, 4]) {
    const bytes = new Uint8Array(offset + SEALED_HEAD_BYTES);
    writeHead(bytes, TAG, COUNTER, offset);
    assertEquals(bytes.subarray(offset).toHex(), "fedcba987654" + "001ffffffffffffd");
    assertEquals([tagOf(bytes, offset), counterOf(bytes, offset)], [TAG, COUNTER]);
  }
});

Deno.test("a datagram that is too short has no tag or no counter", () => {
  assertEquals(tagOf(new Uint8Array(TAG_BYTES - 1)), null);
  assertEquals(counterOf(new Uint8Array(SEALED_HEAD_BYTES - 1)), null);
});

Deno.test("a counter that a number cannot hold exactly is refused", () => {
  const bytes = new Uint8Array(SEALED_HEAD_BYTES);
  bytes[TAG_BYTES + 1] = 0x20; // 2^53
  assertEquals(counterOf(bytes), null);
});

Deno.test("the nonce ends with the counter and begins with zeros", () => {
  const nonce = new Uint8Array(SEAL_NONCE_BYTES);
  writeNonce(nonce, COUNTER);
  assertEquals(nonce.toHex(), "00000000" + "001ffffffffffffd");
});
