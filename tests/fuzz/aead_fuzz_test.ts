import { createCipheriv } from "node:crypto";
import {
  AEAD_MAC_BYTES,
  ChaCha20Poly1305,
  loadSodium,
} from "../../lib/relay/datagram/sealing/chacha20_poly1305.ts";
import { assertEquals } from "../assert.ts";
import { fuzzTest } from "./fuzz_test_case.ts";

await loadSodium();

fuzzTest("random messages are sealed as node:crypto seals them, and opened again", (random) => {
  const aead = new ChaCha20Poly1305();
  for (let round = 0; round < 500; round++) {
    const [key, nonce] = [random.bytes(32), random.bytes(12)];
    const additional = random.bytes(1 + random.below(15));
    const plain = random.bytes(random.below(1_500));
    aead.message.set(plain);
    const sealed = aead.seal(key, nonce, additional, plain.length).slice();
    const cipher = createCipheriv("chacha20-poly1305", key, nonce, {
      authTagLength: AEAD_MAC_BYTES,
    });
    cipher.setAAD(additional, { plaintextLength: plain.length });
    const expected = [...additional, ...cipher.update(plain)];
    cipher.final();
    assertEquals(sealed, new Uint8Array([...expected, ...cipher.getAuthTag()]));
    const rest = sealed.subarray(additional.length);
    assertEquals(aead.open(key, nonce, additional, rest)?.slice(), plain);
    const changed = random.mutated(rest);
    const isSame = changed.length === rest.length && changed.every((byte, at) => byte === rest[at]);
    assertEquals(aead.open(key, nonce, additional, changed) === null, !isSame);
  }
});
