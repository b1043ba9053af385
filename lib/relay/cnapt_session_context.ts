import type { CnaptSessionSettings } from "../core/session/cnapt_session_settings.ts";
import type { MemoryBudget } from "../core/session/memory_budget.ts";
import type { OpenClientApplication } from "./call_answers.ts";
import type { CnaptFlows } from "./cnapt_flows.ts";
import type { Connector } from "./connector.ts";
import type { SnaptEndpoint } from "./link_dialer.ts";
import type { FindClientApplication } from "./datagram_answers.ts";
import type { DirectSettings } from "./open_direct_links.ts";
import type { PackingTotals } from "./packing_totals.ts";
import type { Providers } from "./provider.ts";
import type { RelayLog } from "./relay_log.ts";
import type { StandbyLinks } from "./standby_links.ts";

/** What the shell around one CNAPT session works with. */
export interface CnaptSessionContext {
  readonly endpoint: SnaptEndpoint;
  readonly settings: CnaptSessionSettings;
  readonly providers: Providers;
  readonly budget: MemoryBudget;
  readonly flows: CnaptFlows;
  readonly openClientApplication: OpenClientApplication;
  readonly findClientApplication: FindClientApplication;
  /** What `reach: direct` needs; null where no client service wants it. */
  readonly direct: DirectSettings | null;
  readonly packing: PackingTotals;
  readonly standby: StandbyLinks;
  readonly connector: Connector;
  readonly log: RelayLog;
}
