import { PathMeter } from "../../../../../lib/core/path/path_meter.ts";
import type { DecisionSettings } from "../../../../../lib/relay/decision/decision_settings.ts";
import type {
  DecisionSubject,
  Seeking,
  SubjectView,
} from "../../../../../lib/relay/decision/decision_subject.ts";
import { DEFAULT_THRESHOLDS } from "../../../../../lib/core/decision/thresholds.ts";
import { type Connector, NO_CONNECTOR } from "../../../../../lib/relay/network/connector.ts";
import type { ProviderRow } from "../../../../../lib/relay/network/provider.ts";
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
  readonly notConnected: string[] = [];
  readonly #meter = new PathMeter();

  view(): SubjectView | null {
    if (this.provider === null) return null;
    return { provider: this.provider, meter: this.#meter, streams: 0, services: [] };
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
