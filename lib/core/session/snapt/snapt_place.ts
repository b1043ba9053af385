import type { SnaptState } from "../../handshake/snapt_transitions.ts";

/** Where a session of SNAPT is: in its handshake, and among the switches. */
export interface SnaptPlace {
  state: SnaptState;
  /** The epoch that CNAPT has named last. */
  epoch: number;
  /** How many switches were completed. */
  switches: number;
}
