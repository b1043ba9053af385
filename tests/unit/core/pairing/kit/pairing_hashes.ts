import type { PairingHashes } from "../../../../../lib/core/pairing/pairing_proof.ts";

/** Mixes well enough to tell inputs apart; nothing here is secret. */
export const TEST_HASHES: PairingHashes = {
  hmac: (key, input) => {
    const mixed = new Uint8Array(32);
    let state = 0x811c9dc5;
    for (let round = 0; round < 32; round++) {
      for (const byte of [...key, round, ...input]) {
        state = Math.imul(state ^ byte, 0x01000193) >>> 0;
        state ^= state >>> 15;
      }
      mixed[round] = state & 255;
    }
    return mixed;
  },
  isEqual: (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]),
};
