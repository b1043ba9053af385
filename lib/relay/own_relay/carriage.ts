import type { CarriedBytes } from "../../net/accepted_tls.ts";

/** What connections have brought together. */
export interface Carriage extends CarriedBytes {
  /** How many there are now, */
  joined: number;
  /** and how many there were in all. */
  connections: number;
}

export function noCarriage(): Carriage {
  return { joined: 0, connections: 0, receivedBytes: 0, sentBytes: 0 };
}
