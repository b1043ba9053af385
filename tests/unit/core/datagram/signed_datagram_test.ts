import {
  looksSigned,
  SIGNED_MAGIC,
  SIGNED_OVERHEAD_BYTES,
} from "../../../../lib/core/datagram/signed_datagram.ts";
import { assertEquals } from "../../../assert.ts";

const datagram = (length: number, head: readonly number[] = [...SIGNED_MAGIC]) => {
  const bytes = new Uint8Array(length);
  bytes.set(head);
  return bytes;
};

Deno.test("a datagram looks signed when it begins so and has room for a packet", () => {
  assertEquals(looksSigned(datagram(SIGNED_OVERHEAD_BYTES + 1)), true);
  assertEquals(looksSigned(datagram(SIGNED_OVERHEAD_BYTES)), false);
  assertEquals(looksSigned(new Uint8Array(0)), false);
});

Deno.test("a datagram that differs in any byte of the magic does not look signed", () => {
  SIGNED_MAGIC.forEach((byte, at) => {
    const head = [...SIGNED_MAGIC];
    head[at] = byte ^ 1;
    assertEquals(looksSigned(datagram(SIGNED_OVERHEAD_BYTES + 1, head)), false);
  });
});
