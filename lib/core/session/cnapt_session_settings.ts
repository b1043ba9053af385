import type { OfferedClientService } from "../wire/client_service_messages.ts";
import type { RuleOf } from "../decision/service_rule.ts";
import type { LivenessSettings } from "../path/liveness.ts";
import type { Claim } from "../wire/message.ts";
import type { SessionLimits } from "./session_limits.ts";

export interface CnaptSessionSettings {
  readonly instance: string;
  /** What becomes of the session that another instance may have. */
  readonly claim: Claim;
  /** Ports of client applications, offered to server applications. */
  readonly clientServices: readonly OfferedClientService[];
  /** Which services may go over which provider. */
  readonly ruleOf: RuleOf;
  readonly limits: SessionLimits;
  readonly liveness: LivenessSettings;
  /** Z: for how long a session without a network is kept. */
  readonly switchTimeoutMs: number;
}
