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
 * Whether the invitation has been narrowed, or is another one's: what runs under the old one is to
 * end. One that was widened holds from the next session on.
 */
export function isNarrowed(before: AdmittedClient, today: AdmittedClient): boolean {
  if (before === today) return false;
  const names = new Set(today.services.map(({ name }) => name));
  return before.name !== today.name || before.services.some(({ name }) => !names.has(name));
}
