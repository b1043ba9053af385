import type { PairingRefusal, Welcome } from "./pairing_messages.ts";

/** So many wrong proofs of one code are heard. */
export const MOST_FAILED_TRIES = 5;

/** What SNAPT knows of a code that it has given out. Times in ms since 1970. */
export interface Invitation {
  readonly proofKey: Uint8Array;
  readonly welcome: Welcome;
  readonly expiresAt: number;
  readonly failedTries: number;
  readonly spentAt: number | null;
  readonly revokedAt: number | null;
}

/** What becomes of who comes with the code. */
export type InvitationState =
  | "open"
  /** Only the CNAPT that has redeemed it hears once more that it has. */
  | "spent"
  | Extract<PairingRefusal, "expired" | "revoked" | "triedTooOften">;

/** The state of an invitation at `now`. */
export function invitationState(
  invitation: Omit<Invitation, "proofKey" | "welcome">,
  now: number,
): InvitationState {
  const { expiresAt, failedTries, spentAt, revokedAt } = invitation;
  if (revokedAt !== null) return "revoked";
  if (spentAt !== null) return now < expiresAt ? "spent" : "expired";
  if (now >= expiresAt) return "expired";
  return failedTries >= MOST_FAILED_TRIES ? "triedTooOften" : "open";
}
