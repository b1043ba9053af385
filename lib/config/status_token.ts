import { createHmac } from "node:crypto";
import type { SiteConfig } from "./site_config.ts";

/** The token for SNAPT's status endpoint: derived, so that no further file has to be kept. */
export function snaptStatusToken(secret: Uint8Array): string {
  return derive(secret, "snapt status token v1");
}

/** The token for the status endpoint of a relay, from the secret of its identity. */
export function relayStatusToken(secret: Uint8Array): string {
  return derive(secret, "snapt relay status token v1");
}

/** The tokens for CNAPT's status endpoint, one from the key of each site: any will do. */
export function cnaptStatusTokens(
  { sites }: { readonly sites: ReadonlyMap<string, Pick<SiteConfig, "ticket">> },
): readonly string[] {
  return [...sites.values()].map(({ ticket }) => cnaptStatusToken(ticket.key));
}

/** The one from the key of a site. */
export function cnaptStatusToken(key: Uint8Array): string {
  return derive(key, "cnapt status token v1");
}

function derive(secret: Uint8Array, label: string): string {
  return createHmac("sha256", secret).update(label).digest("hex");
}
