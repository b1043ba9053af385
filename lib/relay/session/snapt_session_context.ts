import type { SnaptSessionSettings } from "../../core/session/snapt_session_settings.ts";
import type { MemoryBudget } from "../../core/stream/memory_budget.ts";
import type { DialRequest } from "../../core/wire/client_service_messages.ts";
import type { PathReport } from "../../core/wire/path_report.ts";
import type { StreamOpening } from "../../core/wire/stream_opening.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { ClientServicePolicy } from "../access/client_service_policy.ts";
import type { SnaptFlows } from "../datagram/snapt_flows.ts";
import type { Link } from "../link/link.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { CompressionTotals } from "../stream/compression/compression_totals.ts";
import type { StreamTraffic } from "../stream/stream_traffic.ts";

/**
 * Connects to the server application of a service (patent: Client Request Emulator); `from` is where
 * the link that the stream began on comes from.
 */
export type OpenService = (
  opening: StreamOpening,
  from: string,
  signal: AbortSignal,
) => Promise<ByteConn>;

/** What the shell around one SNAPT session works with. */
export interface SnaptSessionContext {
  readonly settings: SnaptSessionSettings;
  readonly budget: MemoryBudget;
  readonly openService: OpenService;
  /** What this CNAPT may offer to server applications; null where SNAPT has no room for it. */
  readonly clientServices: ClientServicePolicy | null;
  /** The session's UDP flows; null where it begins without any UDP. */
  readonly flows: SnaptFlows | null;
  readonly packing: CompressionTotals;
  readonly traffic: StreamTraffic;
  /** Owns what SNAPT runs by itself; the session makes a group of its own in it. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  /** Dials this CNAPT where it says that it is. */
  readonly dialClient: (request: DialRequest, signal: AbortSignal) => void;
  /** A link whose stream is complete; it is parked again. */
  readonly linkFree: (link: Link) => void;
  readonly pathReported: (report: PathReport) => void;
  /** This CNAPT violated the protocol, which cost it its control link or ends the session. */
  readonly violated: () => void;
  readonly sessionEnded: (reason: string) => void;
}
