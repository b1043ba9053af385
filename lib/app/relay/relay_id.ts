import { createHash } from "node:crypto";
import type { Identity } from "../../config/identity.ts";
import { derOf } from "../../config/pem.ts";

/** Which relay it is: SHA-256 of its certificate, in hex. */
export function relayIdOf({ certificatePem }: Pick<Identity, "certificatePem">): string {
  return createHash("sha256").update(derOf(certificatePem)).digest("hex");
}
