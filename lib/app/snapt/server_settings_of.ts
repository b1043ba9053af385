import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { SessionLimits } from "../../core/session/session_limits.ts";
import type { DescriptorBudget } from "../../net/descriptor_budget.ts";
import type { UnprovenLimits } from "../../relay/access/unproven_links.ts";
import type { SnaptServerSettings } from "../../relay/server/snapt_server_context.ts";

/** A CNAPT may park so many links beyond one for each stream. */
const SPARE_PARKED_LINKS = 256;

type Descriptors = Pick<DescriptorBudget, "unswitchedStreams" | "strangers" | "hasRoom">;

/**
 * What SNAPT's server needs of the configuration, as it is each time that it is asked for. No limit
 * is higher than the descriptors allow: two for each stream, one for each stranger.
 */
export function serverSettings(
  site: string,
  current: () => SnaptConfig,
  descriptors: Descriptors,
): SnaptServerSettings {
  const { unswitchedStreams } = descriptors;
  const mostStreams = () => Math.min(current().limits.streams, unswitchedStreams);
  return {
    site,
    limits: sessionLimits(current, () => descriptors.hasRoom("stream") ? mostStreams() : 0),
    get sessions() {
      return current().limits.clients;
    },
    get parkedPerClient() {
      return mostStreams() + SPARE_PARKED_LINKS;
    },
    pending: unprovenLimits(current, descriptors),
    get handshakeMs() {
      return current().timeouts.handshake;
    },
    get switchTimeoutMs() {
      return current().timeouts.switch;
    },
    get inactivityMs() {
      return current().timeouts.inactivity;
    },
  };
}

/** `streams`: no more either while what is left is kept for those that come back. */
function sessionLimits(current: () => SnaptConfig, streams: () => number): SessionLimits {
  return {
    get ringBytes() {
      return current().limits.ring;
    },
    get sessionBytes() {
      return current().limits.sessionMemory;
    },
    get streams() {
      return streams();
    },
  };
}

function unprovenLimits(current: () => SnaptConfig, { strangers }: Descriptors): UnprovenLimits {
  const most = () => Math.min(current().limits.pending, strangers);
  return {
    get pendingPerSource() {
      return Math.min(current().limits.pendingPerSource, most());
    },
    get failuresPerSecond() {
      return current().limits.failuresPerSecond;
    },
    get pending() {
      return most();
    },
    get shared() {
      return current().balancers;
    },
  };
}
