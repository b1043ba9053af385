import type { DropReason } from "../../core/datagram/drop_counters.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { type RelayOnPath, relayOnPath } from "../link/relay_on_path.ts";
import type { CnaptSite } from "./cnapt_site.ts";
import { heardAgoMs } from "./session_snapshot.ts";
import type { SiteState } from "./site_snapshot.ts";

/** What a site has in numbers: as much as metrics tell of it, without a list of anything. */
export interface SiteMeasures {
  readonly name: string;
  readonly state: SiteState;
  readonly provider: ProviderKey;
  readonly roundTripMs: number | null;
  readonly heardAgoMs: number | null;
  readonly relay: RelayOnPath | null;
  readonly memoryBytes: number;
  /** UDP conversations. */
  readonly flows: number;
  readonly datagramsDropped: Readonly<Partial<Record<DropReason, number>>>;
}

type Measured = Pick<CnaptSite, "name" | "state" | "provider" | "driver"> & {
  readonly flows: Pick<CnaptSite["flows"], "count" | "drops">;
};

export function siteMeasures({ name, state, provider, driver, flows }: Measured): SiteMeasures {
  return {
    ...{ name, state, provider },
    roundTripMs: driver?.session.roundTripMs ?? null,
    heardAgoMs: driver === null ? null : heardAgoMs(driver),
    relay: relayOnPath(driver?.controlLink.current ?? null),
    memoryBytes: driver?.session.memory.usedBytes ?? 0,
    flows: flows.count,
    datagramsDropped: flows.drops.snapshot(),
  };
}
