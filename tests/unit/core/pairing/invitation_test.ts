import { invitationState, MOST_FAILED_TRIES } from "../../../../lib/core/pairing/invitation.ts";
import { assertEquals } from "../../../assert.ts";

const FRESH = { expiresAt: 1_000, failedTries: 0, spentAt: null, revokedAt: null };

for (
  const [what, invitation, now, state] of [
    ["is open until it expires", FRESH, 999, "open"],
    ["expires", FRESH, 1_000, "expired"],
    ["is spent", { ...FRESH, spentAt: 5 }, 10, "spent"],
    [
      "is expired when it was spent and its life is over",
      { ...FRESH, spentAt: 5 },
      1_000,
      "expired",
    ],
    ["is revoked, whatever else", { ...FRESH, spentAt: 5, revokedAt: 6 }, 2_000, "revoked"],
    ["is open at four tries", { ...FRESH, failedTries: MOST_FAILED_TRIES - 1 }, 1, "open"],
    ["is over at five tries", { ...FRESH, failedTries: MOST_FAILED_TRIES }, 1, "triedTooOften"],
    [
      "that was spent is not tried too often",
      { ...FRESH, spentAt: 5, failedTries: MOST_FAILED_TRIES },
      10,
      "spent",
    ],
  ] as const
) {
  Deno.test(`an invitation ${what}`, () => assertEquals(invitationState(invitation, now), state));
}
