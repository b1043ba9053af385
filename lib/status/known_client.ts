import type { EndedSession } from "../relay/server/ended_sessions.ts";
import type { AllowedServices } from "./client_actions.ts";

/** A CNAPT that has a key to this SNAPT, whether it is connected or not. */
export interface KnownClient {
  readonly name: string;
  readonly services: AllowedServices;
  /** When it got its key, as ISO 8601 has it. */
  readonly createdAt: string;
  /** The address that stands for it here; null: it has offered nothing yet, or there are none. */
  readonly virtualAddress: string | null;
  /** Its last session that is over; null: none since SNAPT was started. */
  readonly lastSession: EndedSession | null;
}

/** A code that nobody has redeemed. */
export interface OpenInvitation {
  readonly name: string;
  readonly services: AllowedServices;
  /** As ISO 8601 has it. */
  readonly createdAt: string;
  readonly expiresAt: string;
  /** How often somebody came with it who could not prove it. */
  readonly failedTries: number;
  /** What can still become of it; `triedTooOften`: nothing. */
  readonly state: "open" | "triedTooOften";
}

/** Everybody who may come to this SNAPT. */
export interface KnownClients {
  readonly clients: readonly KnownClient[];
  readonly invitations: readonly OpenInvitation[];
  /** Why the lists could not be read anew, so that the ones before are shown; null: they were. */
  readonly clientsFailure: string | null;
}

/** How near SNAPT is to one of its limits. */
export interface LimitSnapshot {
  readonly what: "sessions" | "streams" | "memory" | "descriptors" | "unproven";
  readonly used: number;
  /** Null: there is none that is known. */
  readonly most: number | null;
  /** The setting that says it; null: the system does. */
  readonly setting: string | null;
}
