import type { AwaySnapshot } from "../../relay/session/away_snapshot.ts";

/** Since when a session has no network, until when it is kept, and what waits in it; one line. */
export function describeAway({ since, until, streams, waitingBytes }: AwaySnapshot): string {
  const connections = `${streams} ${streams === 1 ? "connection" : "connections"}`;
  return `away since ${atMinute(since)}, kept until ${atMinute(until)}; ` +
    `${connections} and ${waitingBytes} bytes wait`;
}

/** `2026-11-27 22:14Z`: nobody needs it more precisely. */
function atMinute(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}Z`;
}
