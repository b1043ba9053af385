import type { SessionLimits } from "../../core/session/session_limits.ts";
import type { MemoryBudget } from "../../core/stream/memory_budget.ts";
import type { ToldPlace } from "../../core/wire/places_message.ts";
import type { PathReport } from "../../core/wire/path_report.ts";
import type { AdmittedClient, OpenServerService } from "../access/admitted_client.ts";
import type { UnprovenLimits } from "../access/unproven_links.ts";
import type { SnaptDatagrams } from "../datagram/snapt_datagrams.ts";
import type { Admission, Pairing } from "../link/link_auth.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** What an administrator sets of SNAPT's server. */
export interface SnaptServerSettings {
  readonly site: string;
  readonly limits: SessionLimits;
  /** So many CNAPTs are served at once. */
  readonly sessions: number;
  readonly parkedPerClient: number;
  readonly pending: UnprovenLimits;
  /** How long a connection may take to prove a key. */
  readonly handshakeMs: number;
  readonly switchTimeoutMs: number;
  readonly inactivityMs: number;
}

/** What SNAPT's server works with. */
export interface SnaptServerContext {
  readonly settings: SnaptServerSettings;
  readonly budget: MemoryBudget;
  readonly admit: (idHex: string) => Promise<Admission<AdmittedClient>>;
  /** For those that bring a code and no key; null: there are no codes. */
  readonly pairing: Pairing | null;
  readonly openService: OpenServerService;
  /** Where CNAPTs reach SNAPT at this moment. */
  readonly places: () => readonly ToldPlace[];
  /** The sockets for UDP; null as long as nothing uses it. */
  readonly datagrams: () => SnaptDatagrams | null;
  /** A CNAPT told what became of its path; `session` as in `SessionPath`. */
  readonly pathReported: (client: string, session: string, report: PathReport) => void;
  /** Owns everything that runs by itself in the program. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}
