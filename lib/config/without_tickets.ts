/**
 * `text` without the secrets of tickets in it: a ticket that stands where it does not belong is
 * quoted by many a message, and messages end up in logs.
 */
export function withoutTickets(text: string): string {
  return text.replace(/\b(cnapt\d+)\.[\w-]{4,}/g, "$1.…");
}
