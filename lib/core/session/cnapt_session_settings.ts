import type { LivenessSettings } from "./liveness.ts";
import type { SessionLimits } from "./session_limits.ts";

export interface CnaptSessionSettings {
  readonly instance: string;
  readonly limits: SessionLimits;
  readonly liveness: LivenessSettings;
  /** Z: for how long a session without a network is kept. */
  readonly switchTimeoutMs: number;
}
