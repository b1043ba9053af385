import { createHmac, timingSafeEqual } from "node:crypto";
import type { PairingHashes } from "../../core/pairing/pairing_proof.ts";

/** What the exchange computes with. */
export const PAIRING_HASHES: PairingHashes = {
  hmac: (key, input) => new Uint8Array(createHmac("sha256", key).update(input).digest()),
  isEqual: (a, b) => a.length === b.length && timingSafeEqual(a, b),
};
