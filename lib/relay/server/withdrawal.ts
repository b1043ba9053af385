import { timingSafeEqual } from "node:crypto";
import type { RefusalCode } from "../../core/wire/message.ts";
import type { AdmittedClient } from "../access/admitted_client.ts";
import type { Admission, Authenticated } from "../link/link_auth.ts";

/** Why a CNAPT that was let in is let in no longer. */
export interface Withdrawal {
  readonly code: RefusalCode;
  readonly sentence: string;
}

/** What has become of an admission: null when its link would be let in today as well. */
export function withdrawalOf(
  { key }: Pick<Authenticated<AdmittedClient>, "key">,
  today: Admission<AdmittedClient>,
): Withdrawal | null {
  if (today.kind === "refused") return today;
  if (today.key.length === key.length && timingSafeEqual(today.key, key)) return null;
  return { code: "badKey", sentence: `${today.client.name} was given another key: join again` };
}

/**
 * Whether what runs under the old invitation has to end because the invitation is another one's.
 * What was taken from it, or given to it, a session takes in as it is
 * (`SessionRegistry.rightsChanged`).
 */
export function isEnded(before: AdmittedClient, today: AdmittedClient): boolean {
  return before.name !== today.name;
}
