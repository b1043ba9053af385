import type { RelayConfig } from "../../config/relay_config.ts";
import type { UnprovenLimits } from "../../relay/access/unproven_links.ts";
import type { ServedSnaptLimits } from "../../relay/own_relay/served_snapt.ts";

/** What was asked for comes within this time, or is asked for again. */
const ASKED_MS = 10_000;

/** What one SNAPT may have, as the configuration says at each moment. */
export function servedLimits(current: () => RelayConfig): ServedSnaptLimits {
  return {
    get parked() {
      return current().limits.parked;
    },
    get connections() {
      return current().limits.connections;
    },
    get bytesPerSecond() {
      return current().limits.bytesPerSecond;
    },
    get waitMs() {
      return current().timeouts.wait;
    },
    askedMs: ASKED_MS,
  };
}

/** What who has proven nothing may have; `strangers`: so many descriptors there are for them. */
export function strangerLimits(current: () => RelayConfig, strangers: number): UnprovenLimits {
  const pending = () => Math.min(current().limits.pending, strangers);
  return {
    get pendingPerSource() {
      return Math.min(current().limits.pendingPerSource, pending());
    },
    get failuresPerSecond() {
      return current().limits.failuresPerSecond;
    },
    get pending() {
      return pending();
    },
  };
}
