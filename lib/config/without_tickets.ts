/**
 * What follows the prefix: also in pieces, as mail programs and YAML break long lines. A short
 * piece is part of it at the end of a quotation; elsewhere it is the next word of a sentence.
 */
const TICKET = /\b(cnapt\d+)\.[\w-]{4,}(?:(?:\s|\\[nrt])+(?:[\w-]{12,}|[\w-]+(?=")))*/g;

/** The groups of a code, as `snapt invite` prints them. */
const CODE = /\/(?:[0-9a-z]{5}-){5}[0-9a-z]{4}\b/gi;

/**
 * `text` without the secrets of tickets and codes in it: one that stands where it does not belong is
 * quoted by many a message, and messages end up in logs.
 */
export function withoutTickets(text: string): string {
  return text.replace(TICKET, "$1.…").replace(CODE, "/…");
}
