import type { DropReason } from "../../core/datagram/drop_counters.ts";
import { CNAPT_PHASE_OF, type CnaptPhase } from "../../core/handshake/cnapt_phase.ts";
import type { CnaptState } from "../../core/handshake/cnapt_transitions.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type {
  ClientServiceOutcome,
  OfferedClientService,
} from "../../core/wire/client_service_messages.ts";
import type { AnnouncedService } from "../../core/wire/record_message.ts";
import type { FlowSnapshot } from "../datagram/cnapt_flow.ts";
import type { DatagramWay } from "../datagram/packet_carrier.ts";
import type { CompressionSnapshot } from "../stream/compression/compression_counts.ts";
import type { RelayOnPath } from "../link/relay_on_path.ts";
import type { ReachFailure } from "../network/reach_failures.ts";
import type { AwaySnapshot } from "../session/away_snapshot.ts";
import type { PlaceTarget } from "../link/place_target.ts";
import type { StreamSnapshot } from "./stream_snapshot.ts";
import type { EndedSwitch } from "./switch_receipts.ts";

/** The state of a site: that of its session, or that SNAPT has refused to have one. */
export type SiteState = CnaptState | "refused";
export type SitePhase = CnaptPhase | "refused";

export function sitePhaseOf(state: SiteState): SitePhase {
  return state === "refused" ? state : CNAPT_PHASE_OF[state];
}

/** Between two sessions: why the last one ended, and in how many ms the next one is begun. */
export interface SessionPause {
  readonly reason: string;
  readonly remainingMs: number;
}

/** One site of CNAPT as the status shows it. */
export interface SiteSnapshot {
  readonly name: string;
  readonly state: SiteState;
  readonly refusal: { readonly code: string; readonly sentence: string } | null;
  /** Null while there is a session. */
  readonly pause: SessionPause | null;
  readonly provider: ProviderKey;
  /** Where its links lead to: an address of SNAPT, or a relay; null where nobody knows. */
  readonly way: PlaceTarget | null;
  /** Null while it has a network, and while there is no session. */
  readonly away: AwaySnapshot | null;
  /** What keeps CNAPT from this SNAPT; empty while they are connected. */
  readonly failures: readonly ReachFailure[];
  readonly epoch: number;
  readonly roundTripMs: number | null;
  /** For how many ms nothing has been heard from SNAPT; null: nothing was, in this session. */
  readonly heardAgoMs: number | null;
  /** For so many ms nothing may be heard while all is well; null: there is no session. */
  readonly usualSilenceMs: number | null;
  /** The relay that the path leads through; null: none, or SNAPT is not reached. */
  readonly relay: RelayOnPath | null;
  readonly parkedLinks: number;
  readonly memoryBytes: number;
  readonly services: readonly AnnouncedService[];
  /** What it offers to server applications, and where they reach it. */
  readonly clientServices: readonly (OfferedClientService & ClientServiceOutcome)[];
  readonly streams: readonly StreamSnapshot[];
  readonly datagrams: {
    /** How datagrams reach SNAPT just now. */
    readonly way: DatagramWay;
    /** Longer payload than this goes by a link; null: not known. */
    readonly largestPayload: number | null;
    readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  };
  /** The largest packet that gets through where full ones vanish; null: full ones do. */
  readonly packetBytes: number | null;
  readonly flows: readonly FlowSnapshot[];
  /** What packing did for each service since the start. */
  readonly packing: Readonly<Record<string, CompressionSnapshot>>;
  readonly switches: readonly EndedSwitch[];
}
