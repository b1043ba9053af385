/**
 * Deno believes, besides the certificate that a program names, the authorities that these variables
 * name: usual on laptops of companies that inspect TLS, and then the pin of a ticket would be none.
 */
const NAMES_OF_ROOTS = ["DENO_CERT", "DENO_TLS_CA_STORE", "NODE_EXTRA_CA_CERTS"] as const;

/** Forgets them; called before TLS is used for the first time, which is when Deno looks. */
export function believePinnedRootsOnly(): void {
  for (const name of NAMES_OF_ROOTS) Deno.env.delete(name);
}
