import { NOTICE_SCHEMA } from "../../../lib/core/notice/notice.ts";
import type { CnaptSnapshot } from "../../../lib/status/cnapt_document.ts";
import type { StreamSnapshot } from "../../../lib/relay/site/stream_snapshot.ts";
import { receipt, siteSnapshot } from "../../unit/status/kit/site_snapshot.ts";
import { decision, networks } from "./sample_networks.ts";

export function stream(changes: Partial<StreamSnapshot> = {}): StreamSnapshot {
  return {
    stream: 1,
    service: "ssh",
    opener: "client",
    source: "127.0.0.1:51234",
    link: "bound",
    held: null,
    sentBytes: 12_345,
    acknowledgedBytes: 12_345,
    receivedBytes: 4_567_890,
    bufferBytes: 262_144,
    packing: null,
    ...changes,
  };
}

const BEGIN = Date.now();
const ago = (ms: number) => new Date(BEGIN - ms).toISOString();

/** When the sample switched, and where to. */
export const SWITCHED = [
  { agoMs: 2_700_000, to: "eth0" },
  { agoMs: 600_000, to: "wifi0" },
] as const;

/** A CNAPT with one site, four networks, something of everything that a page shows. */
export function sampleCnapt(changes: Partial<CnaptSnapshot> = {}): CnaptSnapshot {
  return {
    startedAt: new Date(BEGIN - 11_000_000),
    noNetworkSince: null,
    missing: [],
    sites: [siteSnapshot({
      provider: "wifi0",
      roundTripMs: 21.7,
      achievedBytesPerSecond: 1_400_000,
      services: [
        { name: "ssh", port: 22, protocol: "tcp", compression: "none" },
        { name: "files", port: 445, protocol: "tcp", compression: "none" },
        { name: "voice", port: 5060, protocol: "udp", compression: "none" },
      ],
      clientServices: [{
        name: "printer",
        port: 631,
        protocol: "tcp",
        address: "10.77.0.3:631",
        reason: "",
      }],
      streams: [
        stream(),
        stream({ stream: 2, source: "127.0.0.1:51299", acknowledgedBytes: 12_000 }),
        stream({
          stream: 3,
          service: "files",
          link: "unbound",
          held: "files is not allowed over a metered network",
        }),
        stream({ stream: 4, service: "db.internal:5432", source: "127.0.0.1:51300" }),
      ],
      flows: [{
        flow: 1,
        service: "voice",
        application: "127.0.0.1:40000",
        way: "sealed",
        sentDatagrams: 1_204,
        receivedDatagrams: 1_198,
        sentBytes: 192_640,
        receivedBytes: 191_680,
        held: 0,
      }],
      switches: [
        receipt({
          kind: "overlapped",
          from: "wifi0",
          to: "eth0",
          reason: "eth0 is better by 12 points",
          endedAt: ago(2_700_000),
          stallMs: 0,
          totalMs: 61.2,
          streams: 3,
          replayedBytes: 0,
          phases: [{ name: "prepare", ms: 40.1 }, { name: "rebind", ms: 21.1 }],
        }),
        receipt({
          kind: "sudden",
          from: "eth0",
          to: "wifi0",
          reason: "eth0 is lost: the cable was pulled",
          endedAt: ago(600_000),
          stallMs: 48.3,
          totalMs: 52.9,
          streams: 3,
          replayedBytes: 17_520,
          phases: [{ name: "resume", ms: 31 }, { name: "rebind", ms: 21.9 }],
        }),
      ],
    })],
    emulators: [
      { site: "home", service: "ssh", protocol: "tcp", listen: "127.0.0.1:2222", refused: 0 },
      { site: "home", service: "files", protocol: "tcp", listen: "127.0.0.1:4450", refused: 3 },
      { site: "home", service: "voice", protocol: "udp", listen: "127.0.0.1:5060", refused: 0 },
      { site: "home", service: "old", protocol: "tcp", listen: "127.0.0.1:9000", refused: 0 },
    ],
    notices: {
      published: 14,
      listeners: 2,
      recent: [{
        schema: NOTICE_SCHEMA,
        version: 1,
        event: "switched",
        at: ago(600_000),
        program: "cnapt",
        site: "home",
        client: null,
        changed: ["provider"],
        provider: "wifi0",
        metered: false,
        roundTripMs: 21.7,
        rateBytesPerSecond: null,
        from: "eth0",
        switchKind: "sudden",
        stallMs: 48.3,
        reason: "eth0 is lost: the cable was pulled",
        suggested: null,
        answerWithinMs: null,
      }],
      receivers: [],
    },
    questions: [],
    proxies: [{
      site: "home",
      kind: "socks5",
      listen: "127.0.0.1:1080",
      refused: 0,
      associations: 0,
    }],
    decisions: { home: decision(networks()) },
    stdio: null,
    descriptors: { limit: 1_024, open: 46, refused: 0, short: 0 },
    ...changes,
  };
}

/** A question whether to use a network. */
export function question(
  provider: string,
  from = "wifi0",
): CnaptSnapshot["questions"][number] {
  return {
    provider,
    from,
    reason: "wifi0 has lost 24 % of what was sent",
    sites: ["home"],
    askedAt: ago(10_000),
    leftMs: 45_000,
  };
}
