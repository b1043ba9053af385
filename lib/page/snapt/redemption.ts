import type { SnaptDocument } from "../../status/snapt_document.ts";

/** What has become of a code. */
export type Redemption =
  | { readonly kind: "open" }
  /** `at`: when, as ISO 8601 has it. */
  | { readonly kind: "redeemed"; readonly at: string; readonly isConnected: boolean }
  | { readonly kind: "over" };

/** What has become of the code that was made for this name. */
export function redemptionOf(
  { clients, invitations, sessions }: Pick<SnaptDocument, "clients" | "invitations" | "sessions">,
  name: string,
): Redemption {
  const client = clients.find((one) => one.name === name);
  if (client !== undefined) {
    const isConnected = sessions.some((one) => one.client === name);
    return { kind: "redeemed", at: client.createdAt, isConnected };
  }
  const isOpen = invitations.some((one) => one.name === name && one.state === "open");
  return isOpen ? { kind: "open" } : { kind: "over" };
}
