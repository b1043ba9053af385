import { deriveDatagramKeys } from "../../../../../lib/relay/datagram/sealing/datagram_keys.ts";
import { assertEquals } from "../../../../assert.ts";

const KEY = new Uint8Array(32).fill(1);
const OFFER = { protection: "sealed", tag: 7, secret: "ab".repeat(32) } as const;

Deno.test("each direction, protection, tag, secret and CNAPT has keys of its own", () => {
  const all = [
    deriveDatagramKeys(KEY, OFFER),
    deriveDatagramKeys(KEY, { ...OFFER, protection: "signed" }),
    deriveDatagramKeys(KEY, { ...OFFER, tag: 8 }),
    deriveDatagramKeys(KEY, { ...OFFER, secret: "cd".repeat(32) }),
    deriveDatagramKeys(new Uint8Array(32).fill(2), OFFER),
  ].flatMap(({ cnapt, snapt }) => [cnapt.toHex(), snapt.toHex()]);
  assertEquals(new Set(all).size, 10);
  assertEquals(all.every((key) => key.length === 64), true);
});

Deno.test("both ends derive the same keys", () => {
  const [one, two] = [deriveDatagramKeys(KEY, OFFER), deriveDatagramKeys(KEY, OFFER)];
  assertEquals([one.cnapt.toHex(), one.snapt.toHex()], [two.cnapt.toHex(), two.snapt.toHex()]);
});
