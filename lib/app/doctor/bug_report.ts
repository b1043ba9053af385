/** What goes into a bug report: nothing in it is a secret. */
import { withoutTickets } from "../../config/without_tickets.ts";

/** The parts of a report, each under its heading. */
export interface ReportPart {
  readonly title: string;
  readonly text: string;
}

/** A value whose name says that it is a secret, to the end of its line or of its braces. */
const NAMED_SECRET =
  /\b([\w-]*(?:password|passwd|secret|token|psk|key))(["']?\s*[:=]\s*)([^\s,}][^,}\n]*)/gi;
/** Commands and receivers of the user may have any secret in them. */
const COMMANDS = /^(\s*(?:-\s*)?(?:\{\s*)?(?:up|down|command|post)\s*:\s*)(\S.*)$/gim;
const INLINE_COMMANDS = /\b(up|down|command|post)(\s*:\s*)("[^"]*"|'[^']*'|\[[^\]]*\]|[^,}\n]+)/g;
/** Name and password in an address, and what stands behind its question mark. */
const USER_IN_URL = /(:\/\/)[^\s/@]+@/g;
const QUERY_IN_URL = /(https?:\/\/[^\s?"']+)\?[^\s"']+/g;
/** Bytes of keys, as files of the programs have them. */
const HEX = /\b[0-9a-f]{32,}\b/gi;

/** `text` without what nobody else is to see. */
export function withoutSecrets(text: string): string {
  return withoutTickets(text)
    .replace(COMMANDS, "$1…")
    .replace(INLINE_COMMANDS, "$1$2…")
    .replace(NAMED_SECRET, "$1$2…")
    .replace(USER_IN_URL, "$1…@")
    .replace(QUERY_IN_URL, "$1?…")
    .replace(HEX, "…");
}

/** The text of the whole report. */
export function reportText(parts: readonly ReportPart[]): string {
  return parts.map(({ title, text }) => `== ${title} ==\n${withoutSecrets(text).trimEnd()}\n`)
    .join("\n");
}
