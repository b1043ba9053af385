import type { SwitchReceipt } from "../../../../lib/core/session/switch_receipt.ts";
import type { CnaptSnapshot, MeasuredSite } from "../../../../lib/status/cnapt_document.ts";

/** A CNAPT of these sites that offers nothing but ssh. */
export function cnaptSnapshot(sites: readonly MeasuredSite[]): CnaptSnapshot {
  return {
    startedAt: new Date(),
    noNetworkSince: null,
    sites,
    emulators: [{
      site: "home",
      service: "ssh",
      protocol: "tcp",
      listen: "127.0.0.1:2222",
      refused: 0,
    }],
    missing: [],
    notices: { published: 0, listeners: 0, recent: [], receivers: [] },
    questions: [],
    proxies: [],
    decisions: {},
    stdio: null,
    descriptors: { limit: 1_024, open: 20, refused: 0, short: 0 },
  };
}

type KeptReceipt = SwitchReceipt & { readonly endedAt: string };

/** A site at rest: connected, with nothing on it. */
export function siteSnapshot(changes: Partial<MeasuredSite> = {}): MeasuredSite {
  return {
    name: "home",
    state: "connected",
    refusal: null,
    pause: null,
    provider: "eth0",
    way: null,
    away: null,
    failures: [],
    epoch: 0,
    roundTripMs: 1.5,
    heardAgoMs: 200,
    usualSilenceMs: 2_500,
    relay: null,
    parkedLinks: 4,
    memoryBytes: 0,
    services: [],
    clientServices: [],
    streams: [],
    flows: [],
    packing: {},
    datagrams: { way: "sealed", largestPayload: null, dropped: {} },
    packetBytes: null,
    switches: [],
    achievedBytesPerSecond: null,
    ...changes,
  };
}

/** What is kept of a switch from eth0 to wlan0. */
export function receipt(changes: Partial<KeptReceipt> = {}): KeptReceipt {
  return {
    kind: "sudden",
    outcome: "switched",
    from: "eth0",
    to: "wlan0",
    reason: "eth0 is down",
    epoch: 1,
    phases: [{ name: "rebind", ms: 3 }],
    totalMs: 3,
    stallMs: 2,
    stalls: [],
    streams: 1,
    replayedBytes: 17,
    endedAt: "2026-01-01T00:00:00.000Z",
    ...changes,
  };
}
