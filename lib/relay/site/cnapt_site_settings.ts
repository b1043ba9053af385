import type { CnaptSessionSettings } from "../../core/session/cnapt_session_settings.ts";
import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import type { ToldPlace } from "../../core/wire/places_message.ts";
import type { AnnouncedService } from "../../core/wire/record_message.ts";
import type { CnaptSessionContext } from "../session/cnapt_session_context.ts";
import type { LinkDialerContext } from "../link/link_dialer.ts";
import type { SnaptEndpoint } from "../link/snapt_endpoint.ts";
import type { Connector } from "../network/connector.ts";
import type { Providers } from "../network/provider.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { MemoryBudget } from "../../core/stream/memory_budget.ts";

export interface CnaptSiteSettings {
  readonly name: string;
  readonly endpoint: SnaptEndpoint;
  /** Where SNAPT has said before this start that it is reached; absent: nowhere. */
  readonly told?: readonly ToldPlace[];
  /** How many UDP conversations there may be at once. */
  readonly flows: number;
  readonly session: Omit<CnaptSessionSettings, "instance" | "claim">;
  /** How client applications are reached, and by whose links. */
  readonly clientApplications: Pick<
    CnaptSessionContext,
    "openClientApplication" | "findClientApplication" | "compressionOfClientService" | "direct"
  >;
}

/** What a site works with. */
export interface CnaptSiteContext {
  readonly settings: CnaptSiteSettings;
  readonly providers: Providers;
  readonly budget: MemoryBudget;
  readonly events: CnaptSiteEvents;
  /** What connects and closes the providers; `NO_CONNECTOR` where nobody does. */
  readonly connector: Connector;
  /** How connections are made and names looked up; the tests have their own way. */
  readonly dial?: LinkDialerContext["dial"];
  readonly resolve?: LinkDialerContext["resolve"];
  /** Owns everything that runs by itself in the program. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/** What a site tells the program around it. */
export interface CnaptSiteEvents {
  /** SNAPT has said where it is reached. */
  placesTold(places: readonly ToldPlace[]): void;
  servicesAnnounced(services: readonly AnnouncedService[]): void;
  switchEnded(receipt: SwitchReceipt): void;
}
