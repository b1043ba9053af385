import type { SwitchKind } from "../../core/wire/switch_kind.ts";

/** What `GET /history.json` gives: how each network was over the last hour, for the charts. */
export interface PathHistoryDocument {
  readonly schema: "cnapt.history/1";
  /** Between two samples. */
  readonly intervalMs: number;
  /** When each sample was taken, in ms since 1970, the oldest first. */
  readonly times: readonly number[];
  /** One for each network and site; every list is as long as `times`, null where nothing was known. */
  readonly networks: readonly NetworkHistory[];
  /** The switches of that hour, the oldest first. */
  readonly switches: readonly PathSwitch[];
}

export interface PathSwitch {
  readonly site: string;
  /** When it had ended: ISO 8601, UTC. */
  readonly at: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly kind: SwitchKind;
  /** Longest time for which a connection had nothing to send on. */
  readonly stallMs: number | null;
  readonly reason: string;
}

export interface NetworkHistory {
  readonly site: string;
  readonly provider: string;
  readonly roundTripMs: readonly (number | null)[];
  /** From 0 to 1. */
  readonly loss: readonly (number | null)[];
  /** What applications had over it, both directions together; 0 while it was not in use. */
  readonly bytesPerSecond: readonly (number | null)[];
}
