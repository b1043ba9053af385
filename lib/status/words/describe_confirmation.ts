import type { ConfirmationSnapshot } from "../../relay/decision/confirmations.ts";

/** One line about a question that is open. */
export function describeConfirmation(
  { provider, from, reason, leftMs }: ConfirmationSnapshot,
): string {
  const seconds = Math.round(leftMs / 1_000);
  return `use ${provider} instead of ${from}? ${reason} ` +
    `(cnapt confirm ${provider}, or --no; ${seconds} s left)`;
}
