import type { SwitchReceipt } from "../core/session/switch_receipt.ts";
import type { AnnouncedService } from "../core/wire/message.ts";

/** What a session driver tells the site it belongs to. */
export interface CnaptSessionEvents {
  servicesAnnounced(site: string, services: readonly AnnouncedService[]): void;
  switchEnded(receipt: SwitchReceipt): void;
  /** A switch begins: the network is not to be judged or changed until `decisionResumed`. */
  decisionSuspended(): void;
  decisionResumed(): void;
  sessionEnded(reason: string): void;
}
