import type { PendingInvitation } from "../../../../lib/config/invitations_store.ts";

/** When the invitations of tests were made, in ms since 1970. */
export const BEGIN = Date.parse("2026-01-01T00:00:00.000Z");

/** An invitation of a day; `codeByte`, in hex, tells its code from others. */
export function pendingNamed(
  name: string,
  { codeByte = "01", ...changes }: Partial<PendingInvitation> & { readonly codeByte?: string } = {},
): PendingInvitation {
  return {
    name,
    codeIdHex: codeByte.repeat(16),
    proofKeyHex: codeByte.repeat(32),
    clientIdHex: codeByte.repeat(16),
    services: "all",
    addresses: [],
    createdAt: new Date(BEGIN).toISOString(),
    expiresAt: new Date(BEGIN + 86_400_000).toISOString(),
    failedTries: 0,
    spentAt: null,
    revokedAt: null,
    ...changes,
  };
}
