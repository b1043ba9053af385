import type { PathMeter } from "../../core/path/path_meter.ts";
import type { ProbeOutcome, ProbeSize } from "../../core/decision/carry_proof.ts";
import type { SessionMove } from "../../core/decision/session_move.ts";
import type { StreamBytes } from "../../core/decision/stream_load.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { StandbyLinks } from "../link/standby_links.ts";
import type { Connector, ConnectPurpose } from "../network/connector.ts";
import type { Provider } from "../network/provider.ts";

/** A session without a network. */
export interface Seeking {
  /** The provider that was lost; empty when there was none yet. */
  readonly from: ProviderKey;
  /** Why nothing that is up leads to SNAPT; null while that is being tried. */
  readonly failure: string | null;
}

/** Where a session is and how its path is. */
export interface SubjectView {
  readonly provider: ProviderKey;
  readonly meter: PathMeter;
  readonly streams: number;
  /** What each stream has moved so far, by its number. */
  moved(): ReadonlyMap<number, StreamBytes>;
  /** Its last moves, and those of the sessions before it, oldest first. */
  readonly moves: readonly SessionMove[];
  /** What is in use, as the rules of providers name it. */
  readonly services: readonly string[];
}

/** The session that is decided about. */
export interface DecisionSubject {
  readonly name: string;
  readonly standby: StandbyLinks;
  readonly connector: Connector;
  /** Null while there is no session, or a switch is under way. */
  view(): SubjectView | null;
  /** That it has no network, and why; null while it has one. */
  seeking(): Seeking | null;
  /** What was to be connected for it is not, or leads nowhere. */
  couldNotConnect(purpose: ConnectPurpose, reason: string): void;
  /** Moves so many bytes over a network, beside all else, to see what it carries. */
  measure(provider: Provider, size: ProbeSize, signal: AbortSignal): Promise<ProbeOutcome>;
  /** Moves; resolves to why it did not work, or null. */
  move(to: ProviderKey, reason: string, signal: AbortSignal): Promise<string | null>;
}
