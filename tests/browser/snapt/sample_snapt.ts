import { NOTICE_SCHEMA } from "../../../lib/core/notice/notice.ts";
import type { KnownClient } from "../../../lib/status/known_client.ts";
import type { SnaptSnapshot } from "../../../lib/status/snapt_document.ts";
import { servedSession, snaptSnapshot } from "../../unit/status/kit/snapt_snapshot.ts";

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export function knownClient(name: string, changes: Partial<KnownClient> = {}): KnownClient {
  return {
    name,
    services: "all",
    createdAt: ago(90 * 24 * HOUR_MS),
    virtualAddress: null,
    lastSession: null,
    ...changes,
  };
}

/** A SNAPT with something of everything that its page shows. */
export function sampleSnapt(changes: Partial<SnaptSnapshot> = {}): SnaptSnapshot {
  return snaptSnapshot({
    startedAt: new Date(Date.now() - 26 * HOUR_MS),
    services: [
      { name: "ssh", to: "127.0.0.1:22", protocol: "tcp" },
      { name: "files", to: "127.0.0.1:445", protocol: "tcp" },
      { name: "dns", to: "127.0.0.1:53", protocol: "udp" },
    ],
    sessions: [
      servedSession({
        client: "laptop",
        since: ago(2 * HOUR_MS),
        network: { provider: "wifi0", metered: false },
        services: ["ssh", "files", "dns"],
        traffic: { sentBytes: 1_234_567_890, receivedBytes: 45_678_901 },
        streams: 3,
        applications: [
          { stream: 1, service: "ssh", opener: "client", source: "127.0.0.1:51234" },
          { stream: 2, service: "files", opener: "client", source: "127.0.0.1:51240" },
          { stream: 3, service: "printer", opener: "server", source: "10.0.0.9:40123" },
        ],
        flows: [{
          flow: 1,
          service: "dns",
          application: "127.0.0.1:5353",
          server: "127.0.0.1:40000",
          way: "udp",
          sentDatagrams: 12,
          receivedDatagrams: 12,
          held: 0,
        }],
        switches: 7,
        clientServices: [{
          name: "printer",
          protocol: "tcp",
          address: "10.77.0.3:631",
          reason: "",
          refused: 2,
        }],
      }),
      servedSession({
        client: "phone",
        since: ago(11 * MINUTE_MS),
        from: "203.0.113.77:40112",
        relay: "vps",
        network: { provider: "lte0", metered: true },
        services: ["ssh"],
        roundTripMs: 61.4,
        heardAgoMs: 2_100,
        traffic: { sentBytes: 90_112, receivedBytes: 4_500 },
        streams: 1,
        applications: [{ stream: 1, service: "ssh", opener: "client", source: "127.0.0.1:49001" }],
      }),
      servedSession({
        client: "tablet",
        state: "detached",
        since: ago(5 * HOUR_MS),
        from: "198.51.100.23:51822",
        roundTripMs: null,
        heardAgoMs: 3 * MINUTE_MS,
        away: {
          since: ago(3 * MINUTE_MS),
          until: ago(-7 * 24 * HOUR_MS),
          streams: 2,
          waitingBytes: 12_345,
        },
        streams: 2,
        applications: [
          { stream: 1, service: "ssh", opener: "client", source: "127.0.0.1:40001" },
          { stream: 2, service: "ssh", opener: "client", source: "127.0.0.1:40002" },
        ],
        traffic: { sentBytes: 4_000_000, receivedBytes: 1_000_000 },
      }),
    ],
    clients: [
      knownClient("laptop", { virtualAddress: "10.77.0.3" }),
      knownClient("phone", { services: ["ssh"] }),
      knownClient("tablet", { services: ["ssh", "files"] }),
      knownClient("office", {
        lastSession: {
          endedAt: ago(4 * HOUR_MS),
          reason: "CNAPT said goodbye",
          from: "198.51.100.200:40000",
        },
      }),
      knownClient("grandma", { services: ["files"], virtualAddress: "10.77.0.4" }),
    ],
    invitations: [{
      name: "new-laptop",
      services: ["ssh", "files"],
      createdAt: ago(HOUR_MS),
      expiresAt: ago(-23 * HOUR_MS),
      failedTries: 1,
      state: "open",
    }],
    refusals: [
      {
        reason: "revoked",
        count: 14,
        lastAt: ago(2 * MINUTE_MS),
        lastFrom: "203.0.113.9:50000",
        lastClient: "old-laptop",
      },
      {
        reason: "http",
        count: 1_312,
        lastAt: ago(20 * MINUTE_MS),
        lastFrom: "192.0.2.44:33012",
        lastClient: null,
      },
      {
        reason: "timedOut",
        count: 3,
        lastAt: ago(9 * HOUR_MS),
        lastFrom: "[2001:db8::7]:50123",
        lastClient: null,
      },
    ],
    limits: [
      { what: "sessions", used: 3, most: 100, setting: "limits.clients" },
      { what: "streams", used: 3, most: 1_000, setting: "limits.streams" },
      { what: "memory", used: 3_200_000, most: 268_435_456, setting: "limits.processMemory" },
      { what: "descriptors", used: 912, most: 1_024, setting: null },
      { what: "unproven", used: 0, most: 256, setting: "limits.pending" },
    ],
    relays: [{
      name: "vps",
      address: "relay.example.org:7787",
      state: "attached",
      since: ago(25 * HOUR_MS),
      why: null,
      roundTripMs: 18.2,
      parked: 8,
      quota: { usedBytes: 61_000_000_000, limitBytes: 100_000_000_000, state: "free" },
      joined: 1,
      connections: 212,
      receivedBytes: 71_000_000,
      sentBytes: 1_400_000_000,
    }],
    mapping: [{
      family: 4,
      state: "mapped",
      method: "pcp",
      router: "192.168.1.1",
      own: "192.168.1.5",
      tcp: { host: "203.0.113.1", port: 7787 },
      udp: null,
      lifetimeS: 7_200,
      since: ago(26 * HOUR_MS),
      words: "",
      remedy: "",
    }],
    counters: {
      accepted: 2_311,
      authenticated: 940,
      turnedAway: 0,
      malformed: 1_326,
      refused: 0,
      timedOut: 3,
      sessions: 41,
      silentLinks: 2,
      crowdedOut: 0,
    },
    notices: {
      published: 1,
      listeners: 1,
      receivers: [],
      droppedReports: 0,
      recent: [{
        schema: NOTICE_SCHEMA,
        version: 1,
        event: "switched",
        at: ago(10 * MINUTE_MS),
        program: "snapt",
        site: "home",
        client: "laptop",
        changed: ["provider"],
        from: "eth0",
        provider: "wifi0",
        metered: false,
        roundTripMs: 21.7,
        rateBytesPerSecond: 1_400_000,
        switchKind: "overlapped",
        stallMs: 3,
        reason: "the cable was pulled",
        suggested: null,
        answerWithinMs: null,
      }],
    },
    ...changes,
  });
}

/** A SNAPT with so many CNAPTs, and no more of anything. */
export function crowdedSnapt(count: number): SnaptSnapshot {
  const each = Array.from({ length: count }, (_, index) => `laptop-${index}`);
  return sampleSnapt({
    sessions: each.map((client) => servedSession({ client, since: ago(HOUR_MS), streams: 0 })),
    clients: each.map((name) => knownClient(name)),
  });
}
