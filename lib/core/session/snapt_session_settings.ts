import type { DatagramSession } from "../wire/datagram_messages.ts";
import type { Places } from "../wire/places_message.ts";
import type { AnnouncedService } from "../wire/record_message.ts";
import type { SessionLimits } from "./session_limits.ts";

export interface SnaptSessionSettings {
  readonly instance: string;
  readonly site: string;
  readonly services: readonly AnnouncedService[];
  /** Where SNAPT is reached. */
  readonly places: Places["places"];
  /** Whether this CNAPT may ask for any destination that is no service. */
  readonly destinations: "none" | "some";
  /** What UDP needs; null when this CNAPT may use none. */
  readonly datagrams: Omit<DatagramSession, "kind" | "sequence"> | null;
  readonly limits: SessionLimits;
  /** Z: for how long a session without a network is kept. */
  readonly switchTimeoutMs: number;
  /** After how long a silence a session has lost its network. */
  readonly inactivityMs: number;
}
