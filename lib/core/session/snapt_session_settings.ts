import type { AnnouncedService } from "../wire/message.ts";
import type { SessionLimits } from "./session_limits.ts";

export interface SnaptSessionSettings {
  readonly instance: string;
  readonly site: string;
  readonly services: readonly AnnouncedService[];
  readonly limits: SessionLimits;
  /** Z: for how long a session without a network is kept. */
  readonly switchTimeoutMs: number;
  /** For how long a session may say nothing at all. */
  readonly inactivityMs: number;
}
