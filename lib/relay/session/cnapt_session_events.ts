import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import type { ClientServiceOutcome } from "../../core/wire/client_service_messages.ts";
import type { Places } from "../../core/wire/places_message.ts";
import type { AnnouncedService } from "../../core/wire/record_message.ts";
import type { UnservedClient } from "./unannounced_clients.ts";

/** What a session driver tells the site it belongs to. */
export interface CnaptSessionEvents {
  servicesAnnounced(site: string, services: readonly AnnouncedService[]): void;
  /** Where SNAPT is reached. */
  placesTold(told: Places): void;
  clientServicesOpened(outcomes: readonly ClientServiceOutcome[]): void;
  switchEnded(receipt: SwitchReceipt): void;
  /** A switch begins: the network is not to be judged or changed until `decisionResumed`. */
  decisionSuspended(): void;
  decisionResumed(): void;
  /** `unserved`: clients that it has not served at all. */
  sessionEnded(reason: string, unserved: readonly UnservedClient[]): void;
}
