import { createCipheriv } from "node:crypto";
import {
  AEAD_MAC_BYTES,
  ChaCha20Poly1305,
  loadSodium,
  MAX_AEAD_BYTES,
} from "../../../../../lib/relay/datagram/sealing/chacha20_poly1305.ts";
import { LocalMisuse } from "../../../../../lib/core/local_misuse.ts";
import { assertEquals, assertThrows } from "../../../../assert.ts";

await loadSodium();

const fromHex = (digits: string) => Uint8Array.fromHex(digits.replaceAll(/\s/g, ""));

/** RFC 8439, section 2.8.2. */
const RFC = {
  key: fromHex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"),
  nonce: fromHex("070000004041424344454647"),
  additional: fromHex("50515253c0c1c2c3c4c5c6c7"),
  plain: new TextEncoder().encode(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the " +
      "future, sunscreen would be it.",
  ),
  sealed: fromHex(`
    d31a8d34648e60db7b86afbc53ef7ec2 a4aded51296e08fea9e2b5a736ee62d6
    3dbea45e8ca9671282fafb69da92728b 1a71de0a9e060b2905d6a5b67ecd3b36
    92ddbd7f2d778b8c9803aee328091b58 fab324e4fad675945585808b4831d7bc
    3ff4def08e4b7a9de576d26586cec64b 6116`),
  mac: fromHex("1ae10b594f09e26a7e902ecbd0600691"),
};

function sealWith(
  aead: ChaCha20Poly1305,
  { key, nonce, additional, plain }: Omit<typeof RFC, "sealed" | "mac">,
): Uint8Array {
  aead.message.set(plain);
  return aead.seal(key, nonce, additional, plain.length).slice();
}

/** The same by the library of Deno. */
function peer({ key, nonce, additional, plain }: Omit<typeof RFC, "sealed" | "mac">): Uint8Array {
  const options = { authTagLength: AEAD_MAC_BYTES };
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, options);
  cipher.setAAD(additional, { plaintextLength: plain.length });
  const sealed = cipher.update(plain);
  cipher.final();
  return new Uint8Array([...additional, ...sealed, ...cipher.getAuthTag()]);
}

Deno.test("the example of RFC 8439 is sealed and opened as it says", () => {
  const aead = new ChaCha20Poly1305();
  const expected = new Uint8Array([...RFC.additional, ...RFC.sealed, ...RFC.mac]);
  assertEquals(sealWith(aead, RFC), expected);
  const opened = aead.open(RFC.key, RFC.nonce, RFC.additional, expected.subarray(12));
  assertEquals(opened?.slice(), RFC.plain);
});

Deno.test("every length is sealed as node:crypto seals it, and opened again", () => {
  const aead = new ChaCha20Poly1305();
  const [key, nonce] = [RFC.key, RFC.nonce];
  const lengths = [...Array.from({ length: 600 }, (_, length) => length), 1_205, 9_000, 65_507];
  for (const length of [...lengths, MAX_AEAD_BYTES]) {
    const plain = Uint8Array.from({ length }, (_, at) => at * 7 + length);
    const additional = RFC.key.subarray(0, 1 + length % 16);
    const sealed = sealWith(aead, { key, nonce, additional, plain });
    assertEquals(sealed, peer({ key, nonce, additional, plain }), `${length} bytes`);
    const opened = aead.open(key, nonce, additional, sealed.subarray(additional.length));
    assertEquals(opened?.slice(), plain, `${length} bytes`);
  }
});

Deno.test("extreme keys and messages, whose sums carry far, are sealed as node:crypto does", () => {
  const aead = new ChaCha20Poly1305();
  for (const keyByte of [0, 0xff, 0x80]) {
    for (const plainByte of [0, 0xff, 0x80]) {
      const message = {
        key: new Uint8Array(32).fill(keyByte),
        nonce: new Uint8Array(12).fill(keyByte),
        additional: new Uint8Array(14).fill(plainByte),
        plain: new Uint8Array(300).fill(plainByte),
      };
      assertEquals(sealWith(aead, message), peer(message));
    }
  }
});

Deno.test("a message is not opened when any bit of it, or of its additional data, is changed", () => {
  const aead = new ChaCha20Poly1305();
  const { key, nonce, additional } = RFC;
  const whole = sealWith(aead, { ...RFC, plain: RFC.plain.subarray(0, 20) });
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const changed = whole.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ 1 << (bit & 7);
    const [head, rest] = [changed.subarray(0, additional.length), changed.subarray(12)];
    assertEquals(aead.open(key, nonce, head, rest), null, `bit ${bit}`);
  }
  for (let cut = 0; cut < whole.length - 12; cut++) {
    assertEquals(aead.open(key, nonce, additional, whole.subarray(12, 12 + cut)), null);
  }
});

Deno.test("what is opened stays as it is while an answer is sealed", () => {
  const aead = new ChaCha20Poly1305();
  const sealed = sealWith(aead, RFC).subarray(RFC.additional.length);
  const opened = aead.open(RFC.key, RFC.nonce, RFC.additional, sealed);
  sealWith(aead, { ...RFC, plain: new Uint8Array(60_000).fill(7) });
  assertEquals(opened?.slice(), RFC.plain);
});

Deno.test("a key or nonce of the wrong length is our own mistake", () => {
  const aead = new ChaCha20Poly1305();
  const { key, nonce, additional } = RFC;
  assertThrows(() => aead.seal(key.subarray(1), nonce, additional, 1), LocalMisuse);
  assertThrows(() => aead.seal(key, nonce.subarray(1), additional, 1), LocalMisuse);
  assertThrows(() => aead.seal(key, nonce, new Uint8Array(0), 1), LocalMisuse);
  assertThrows(() => aead.seal(key, nonce, new Uint8Array(17), 1), LocalMisuse);
});
