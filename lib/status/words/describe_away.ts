import type { AwaySnapshot } from "../../relay/session/away_snapshot.ts";
import { atMinute } from "./at_minute.ts";

/** Since when a session has no network, until when it is kept, and what waits in it; one line. */
export function describeAway({ since, until, streams, waitingBytes }: AwaySnapshot): string {
  const connections = `${streams} ${streams === 1 ? "connection" : "connections"}`;
  return `away since ${atMinute(since)}, kept until ${atMinute(until)}; ` +
    `${connections} and ${waitingBytes} bytes wait`;
}
