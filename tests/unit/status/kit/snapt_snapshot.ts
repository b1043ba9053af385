import type { ServedSessionSnapshot } from "../../../../lib/relay/server/served_session_snapshot.ts";
import { noSnaptCounts } from "../../../../lib/relay/server/snapt_counters.ts";
import type { SnaptSnapshot } from "../../../../lib/status/snapt_document.ts";

/** A SNAPT with ssh to whom nobody is connected. */
export function snaptSnapshot(changes: Partial<SnaptSnapshot> = {}): SnaptSnapshot {
  return {
    site: "home",
    startedAt: new Date(),
    services: [{ name: "ssh", to: "127.0.0.1:22", protocol: "tcp" }],
    sessions: [],
    network: null,
    relays: [],
    counters: noSnaptCounts(),
    refusals: [],
    clients: [],
    invitations: [],
    clientsFailure: null,
    limits: [],
    unproven: 0,
    memoryBytes: 0,
    datagramsDropped: {},
    packing: {},
    descriptors: { limit: 1_024, open: 20, refused: 0, short: 0 },
    mapping: [],
    notices: { published: 0, listeners: 0, recent: [], receivers: [], droppedReports: 0 },
    ...changes,
  };
}

/** A CNAPT at rest: connected, with nothing on it. */
export function servedSession(
  changes: Partial<ServedSessionSnapshot> = {},
): ServedSessionSnapshot {
  return {
    client: "laptop",
    state: "connected",
    epoch: 0,
    from: "198.51.100.1:40000",
    since: "2026-01-01T00:00:00.000Z",
    network: null,
    services: ["ssh"],
    traffic: { sentBytes: 0, receivedBytes: 0 },
    relay: null,
    roundTripMs: 12.3,
    heardAgoMs: 200,
    away: null,
    streams: 0,
    applications: [],
    packedStreams: [],
    clientServices: [],
    waitingCalls: 0,
    flows: [],
    datagramsDropped: {},
    switches: 0,
    parkedLinks: 4,
    parkedFrom: ["198.51.100.1"],
    bufferBytes: 0,
    ...changes,
  };
}
