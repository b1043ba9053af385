/** `2026-11-27 22:14Z`, of an ISO 8601 time in UTC, for what nobody needs to know more precisely. */
export function atMinute(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}Z`;
}
