import type { CnaptSessionSettings } from "../../core/session/cnapt_session_settings.ts";
import type { MemoryBudget } from "../../core/stream/memory_budget.ts";
import type { Compression } from "../../core/wire/stream_opening.ts";
import type { OpenClientApplication } from "../client_service/call_answers.ts";
import type { CnaptFlows } from "../datagram/cnapt_flows.ts";
import type { Connector } from "../network/connector.ts";
import type { LinkDialer } from "../link/link_dialer.ts";
import type { SnaptEndpoint } from "../link/snapt_endpoint.ts";
import type { FindClientApplication } from "../client_service/datagram_answers.ts";
import type { DirectSettings } from "../link/direct/direct_settings.ts";
import type { CompressionTotals } from "../stream/compression/compression_totals.ts";
import type { StreamTraffic } from "../stream/stream_traffic.ts";
import type { Providers } from "../network/provider.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { ParkedLinks } from "../link/parked_links.ts";
import type { StandbyLinks } from "../link/standby_links.ts";

/** What the shell around one CNAPT session works with. */
export interface CnaptSessionContext {
  readonly endpoint: SnaptEndpoint;
  /** Opens the links of the site, which may outlive the session. */
  readonly dialer: LinkDialer;
  readonly settings: CnaptSessionSettings;
  readonly providers: Providers;
  readonly budget: MemoryBudget;
  readonly flows: CnaptFlows;
  readonly openClientApplication: OpenClientApplication;
  readonly findClientApplication: FindClientApplication;
  /** How the streams of a client service are packed on the wire; not at all where this is left out. */
  readonly compressionOfClientService?: (service: string) => Compression;
  /** What `reach: direct` needs; null where no client service wants it. */
  readonly direct: DirectSettings | null;
  readonly packing: CompressionTotals;
  readonly traffic: StreamTraffic;
  /** Those that are parked on all networks. */
  readonly parked: ParkedLinks;
  readonly standby: StandbyLinks;
  readonly connector: Connector;
  /** Owns what the site runs by itself; a session makes a group of its own in it. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}
