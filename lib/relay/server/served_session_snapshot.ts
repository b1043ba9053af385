import type { SnaptState } from "../../core/handshake/snapt_transitions.ts";
import type { DropReason } from "../../core/datagram/drop_counters.ts";
import { nameOfTarget } from "../../core/wire/name_of_target.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { PathReport } from "../../core/wire/path_report.ts";
import type { CarriedBytes } from "../../core/session/streams/stream_table.ts";
import { hostOf, plainHost, shownAddress } from "../../net/socket_address.ts";
import type { ClientServiceSnapshot } from "../client_service/client_service_ports.ts";
import type { SnaptFlows } from "../datagram/snapt_flows.ts";
import { type AwaySnapshot, awaySnapshot } from "../session/away_snapshot.ts";
import type { ServedSession } from "./served_session.ts";
import { openerOf } from "../site/stream_snapshot.ts";
import type { CompressedStreams } from "../stream/compression/compressed_streams.ts";

/** As many connections of each CNAPT are listed; `streams` has the number of all. */
const SHOWN_APPLICATIONS = 1_000;

/** The network that a CNAPT said it uses, when it was told of last. */
export interface ReportedNetwork {
  /** What CNAPT calls it. */
  readonly provider: string;
  /** Whether it costs by what is sent; null: CNAPT does not know. */
  readonly metered: boolean | null;
}

/** The session of a CNAPT at one moment, as SNAPT's status shows it. */
export interface ServedSessionSnapshot {
  readonly client: string;
  readonly state: SnaptState;
  readonly epoch: number;
  /** Where its control link comes from. */
  readonly from: string;
  /** When it began, as ISO 8601 has it. */
  readonly since: string;
  /** Which of its networks it uses; null: it has not said so in this session yet. */
  readonly network: ReportedNetwork | null;
  /** The names of the services that it may use now. */
  readonly services: readonly string[];
  /** Payload of its streams since the session began; sent is what went to CNAPT. */
  readonly traffic: CarriedBytes;
  /** The relay by which it comes, by its name here; null: it comes directly, or is away. */
  readonly relay: string | null;
  /** Of the path in use, in ms, as SNAPT measures it; null where it is not known yet. */
  readonly roundTripMs: number | null;
  /** For how many ms nothing has been heard from CNAPT; null: nothing ever was. */
  readonly heardAgoMs: number | null;
  /** Null while CNAPT has a network. */
  readonly away: AwaySnapshot | null;
  /** How many connections are relayed. */
  readonly streams: number;
  readonly applications: readonly {
    readonly stream: number;
    readonly service: string;
    readonly opener: "client" | "server";
    readonly source: string;
  }[];
  readonly packedStreams: CompressedStreams["all"];
  readonly clientServices: readonly ClientServiceSnapshot[];
  readonly waitingCalls: number;
  readonly flows: ReturnType<SnaptFlows["snapshot"]>;
  readonly datagramsDropped: Readonly<Partial<Record<DropReason, number>>>;
  readonly switches: number;
  readonly parkedLinks: number;
  /** The hosts that they come from, each once: those of its other networks too. */
  readonly parkedFrom: readonly string[];
  readonly bufferBytes: number;
}

interface ParkedLink {
  readonly conn: Pick<ByteConn, "remoteAddress">;
}

export function servedSessionSnapshot(
  { client, driver, since, reported }: ServedSession,
  parked: ReadonlySet<ParkedLink>,
): ServedSessionSnapshot {
  const { session, flows } = driver;
  const control = driver.controlLink.current;
  return {
    client: client.name,
    since: since.toISOString(),
    network: networkIn(reported()),
    services: client.services.map(({ name }) => name),
    traffic: session.traffic,
    state: session.state,
    epoch: session.epoch,
    from: shownAddress(driver.remoteAddress),
    relay: control?.conn.relay ?? null,
    roundTripMs: tenths(session.roundTripMs),
    heardAgoMs: Math.round(driver.controlLink.clock.now() - session.heardAt),
    away: awaySnapshot(driver.controlLink, session),
    streams: session.streams.size,
    applications: [...session.streams.values()].slice(0, SHOWN_APPLICATIONS).map((stream) => ({
      stream: stream.id,
      service: nameOfTarget(stream.opening.target),
      opener: openerOf(stream),
      source: stream.opening.source,
    })),
    packedStreams: driver.packed.all,
    clientServices: driver.clientServices,
    waitingCalls: session.pendingCalls,
    flows: flows?.snapshot() ?? [],
    datagramsDropped: flows?.drops.snapshot() ?? {},
    switches: session.switches,
    parkedLinks: parked.size,
    parkedFrom: [
      ...new Set([...parked].map(({ conn }) => plainHost(hostOf(conn.remoteAddress)))),
    ],
    bufferBytes: session.memoryBytes,
  };
}

function networkIn(report: PathReport | null): ReportedNetwork | null {
  if (report === null || report.provider === "" || report.event === "pathLost") return null;
  return { provider: report.provider, metered: report.metered };
}

function tenths(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 10) / 10;
}
