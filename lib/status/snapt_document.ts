import type { DropReason } from "../core/datagram/drop_counters.ts";
import type { MappingWay } from "../core/mapping/mapping_way.ts";
import type { DescriptorSnapshot } from "../net/descriptor_budget.ts";
import type { NoticesSnapshot } from "../relay/notice/notice_board.ts";
import type { ThroughRelaySnapshot } from "../relay/own_relay/through_relay.ts";
import type { SnaptServerSnapshot } from "../relay/server/snapt_server_snapshot.ts";
import type { KnownClients, LimitSnapshot } from "./known_client.ts";
import { snaptVerdict } from "./verdict/snapt_verdict.ts";
import type { Verdict } from "./verdict/verdict.ts";

/** What a running SNAPT is like at one moment. */
export interface SnaptSnapshot extends SnaptServerSnapshot, KnownClients {
  readonly limits: readonly LimitSnapshot[];
  readonly site: string;
  readonly startedAt: Date;
  readonly services: readonly {
    readonly name: string;
    readonly to: string;
    readonly protocol: "tcp" | "udp";
  }[];
  /** The network over which alone it is to be reached; null: all that there are. */
  readonly network: string | null;
  /** The relays that it goes through. */
  readonly relays: readonly ThroughRelaySnapshot[];
  /** Ports that routers are asked to lead here; empty: none is asked. */
  readonly mapping: readonly MappingWay[];
  /** Datagrams of all sessions, and of none, that were dropped. */
  readonly datagramsDropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Sockets and files of the program. */
  readonly descriptors: DescriptorSnapshot;
  readonly notices: NoticesSnapshot & {
    /** Reports of CNAPTs that came too often to be told. */
    readonly droppedReports: number;
  };
}

/** What `GET /status.json` and `snapt status --json` give. */
export interface SnaptDocument extends Omit<SnaptSnapshot, "startedAt" | "memoryBytes"> {
  readonly schema: "snapt.status/1";
  readonly version: string;
  readonly verdict: Verdict;
  readonly uptimeMs: number;
  /** Of the process. */
  readonly memoryBytes: number;
  /** What the rings of all streams take. */
  readonly bufferBytes: number;
}

export function snaptDocument(
  snapshot: SnaptSnapshot,
  facts: { readonly version: string; readonly now: Date; readonly memoryBytes: number },
): SnaptDocument {
  return {
    schema: "snapt.status/1",
    version: facts.version,
    verdict: snaptVerdict(snapshot, facts.now),
    site: snapshot.site,
    uptimeMs: facts.now.getTime() - snapshot.startedAt.getTime(),
    memoryBytes: facts.memoryBytes,
    bufferBytes: snapshot.memoryBytes,
    services: snapshot.services,
    sessions: snapshot.sessions,
    clients: snapshot.clients,
    invitations: snapshot.invitations,
    clientsFailure: snapshot.clientsFailure,
    limits: snapshot.limits,
    network: snapshot.network,
    relays: snapshot.relays,
    counters: snapshot.counters,
    refusals: snapshot.refusals,
    unproven: snapshot.unproven,
    datagramsDropped: snapshot.datagramsDropped,
    descriptors: snapshot.descriptors,
    packing: snapshot.packing,
    notices: snapshot.notices,
    mapping: snapshot.mapping,
  };
}
