import { createHmac } from "node:crypto";

/** The token for SNAPT's status endpoint: derived, so that no further file has to be kept. */
export function snaptStatusToken(secret: Uint8Array): string {
  return derive(secret, "snapt status token v1");
}

/** The token for CNAPT's status endpoint, from the key of its first site. */
export function cnaptStatusToken(key: Uint8Array): string {
  return derive(key, "cnapt status token v1");
}

function derive(secret: Uint8Array, label: string): string {
  return createHmac("sha256", secret).update(label).digest("hex");
}
