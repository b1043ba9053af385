import { PathMeter } from "../../../../../lib/core/path/path_meter.ts";
import type { DecisionSettings } from "../../../../../lib/relay/decision/decision_settings.ts";
import type {
  DecisionSubject,
  Seeking,
  SubjectView,
} from "../../../../../lib/relay/decision/decision_subject.ts";
import { DEFAULT_THRESHOLDS } from "../../../../../lib/core/decision/thresholds.ts";
import { PREFERENCES } from "../../../../../lib/core/decision/weights.ts";
import { type Connector, NO_CONNECTOR } from "../../../../../lib/relay/network/connector.ts";
import type { ProbeOutcome, ProbeSize } from "../../../../../lib/core/decision/carry_proof.ts";
import type { SessionMove } from "../../../../../lib/core/decision/session_move.ts";
import type { StreamBytes } from "../../../../../lib/core/decision/stream_load.ts";
import type { Provider, ProviderRow } from "../../../../../lib/relay/network/provider.ts";
import { providerRow } from "../../../../integration/kit/provider_row.ts";
import { LinkWorld } from "../../link/kit/link_world.ts";

export const SETTINGS: DecisionSettings = {
  mode: "automatic",
  checkMs: 1_000,
  searchMs: 10_000,
  meteredSearchMs: 600_000,
  standbyRefreshMs: 100_000,
  stableMs: 30_000,
  standby: "unmetered",
  thresholds: DEFAULT_THRESHOLDS,
  weights: PREFERENCES.balanced,
  measureMs: null,
};

/** A session that is decided about, on "a"; "b" would be the better network. */
export class DecidedSession implements DecisionSubject {
  readonly name = "home";
  readonly world = new LinkWorld("a", "b");
  readonly standby = this.world.standby;
  connector: Connector = NO_CONNECTOR;
  rows: readonly ProviderRow[] = [
    providerRow("a", "a", { priority: 2 }),
    providerRow("b", "b", { priority: 1 }),
  ];
  provider: string | null = "a";
  lost: Seeking | null = null;
  /** What becomes of a switch: null when it works, else why it does not. */
  moving: (to: string, signal: AbortSignal) => Promise<string | null> = (to) => {
    this.provider = to;
    return Promise.resolve(null);
  };
  readonly moves: string[] = [];
  /** How it came where it is, beside what was decided. */
  ownMoves: readonly SessionMove[] = [];
  /** What each stream has moved so far. */
  moved: ReadonlyMap<number, StreamBytes> = new Map();
  /** What a probe of a network gives. */
  measuring: (key: string, size: ProbeSize) => Promise<ProbeOutcome> = () =>
    Promise.resolve({ kind: "moved", down: 1_000_000, up: null });
  /** The networks that were probed, and with how many bytes down and up. */
  readonly measured: string[] = [];
  readonly notConnected: string[] = [];
  readonly #meter = new PathMeter();

  /** Where it is is lost, and it goes to `to`. */
  loseTo(to: string): void {
    const from = this.provider ?? "";
    const serial = this.ownMoves.length + 1;
    const at = this.world.clock.now();
    this.ownMoves = [...this.ownMoves, { serial, from, to, manner: "sudden", at }];
    this.provider = to;
  }

  view(): SubjectView | null {
    if (this.provider === null) return null;
    const { provider, ownMoves, moved } = this;
    const view = { provider, meter: this.#meter, streams: moved.size, services: [] };
    return { ...view, moves: ownMoves, moved: () => moved };
  }
  async measure({ key }: Provider, size: ProbeSize): Promise<ProbeOutcome> {
    this.measured.push(`${key} ${size.down} ${size.up}`);
    return await this.measuring(key, size);
  }
  seeking(): Seeking | null {
    return this.lost;
  }
  couldNotConnect({ to }: { readonly to: string }, reason: string): void {
    this.notConnected.push(`${to}: ${reason}`);
  }
  async move(to: string, _reason: string, signal: AbortSignal): Promise<string | null> {
    this.moves.push(to);
    return await this.moving(to, signal);
  }
}
