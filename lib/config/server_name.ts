import { createHash } from "node:crypto";

/**
 * The TLS server name that the CNAPT with this ID asks for: the label is the same each time, so
 * that a load balancer can bring it back to the SNAPT that holds its session, and tells nobody
 * the ID.
 */
export function serverNameFor(id: Uint8Array): string {
  return `${createHash("sha256").update(id).digest("hex").slice(0, 32)}.snapt.internal`;
}
