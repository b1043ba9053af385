import type { Message } from "../../../../lib/core/wire/message.ts";

/** A message and its whole frame, written by hand from docs/wire.md: length, type, body. */
export interface GoldenVector<M extends Message = Message> {
  readonly message: M;
  readonly frame: string;
}

type GoldenVectors = { readonly [K in Message["kind"]]: GoldenVector<Message & { kind: K }> };

/** One for each kind of message: a kind without one does not compile. */
export const GOLDEN_VECTORS = {
  bind: {
    message: {
      kind: "bind",
      instance: "0123456789abcdef",
      stream: 7,
      epoch: 3,
      binding: 2,
      mode: "replay",
      from: 4_294_967_301,
      received: 10,
      opening: {
        target: { kind: "destination", host: "db", port: 5432 },
        compression: "zstd",
        source: "::1",
      },
    },
    frame:
      "00000033 01 0123456789abcdef 00000007 00000003 00000002 01 0000000100000005 000000000000000a " +
      "01 0002 6462 1538 02 0003 3a3a31",
  },
  bound: {
    message: { kind: "bound", stream: 7, epoch: 3, binding: 2, from: 10, received: 4_294_967_301 },
    frame: "0000001d 02 00000007 00000003 00000002 000000000000000a 0000000100000005",
  },
  connect: {
    message: { kind: "connect", instance: "0123456789abcdef", claim: "ifFree" },
    frame: "0000000a 10 0123456789abcdef 01",
  },
  refused: {
    message: { kind: "refused", code: "full", sentence: "no" },
    frame: "00000006 11 03 0002 6e6f",
  },
  disconnect: {
    message: { kind: "disconnect", sentence: "tschüß" },
    frame: "0000000b 12 0008 74736368c3bcc39f",
  },
  ack: {
    message: {
      kind: "ack",
      of: "switchStep2",
      epoch: 4,
      recordReceived: 9,
      switchTimeoutMs: 60_000,
    },
    frame: "0000000e 13 03 00000004 00000009 0000ea60",
  },
  switchStep1: {
    message: { kind: "switchStep1", epoch: 1, shape: "strict" },
    frame: "00000006 20 00000001 01",
  },
  lastMessageBeforeRedirection: {
    message: {
      kind: "lastMessageBeforeRedirection",
      epoch: 2,
      entries: [{ stream: 1, position: 5 }, { stream: 2, position: 9_007_199_254_740_991 }],
    },
    frame: "0000001f 21 00000002 0002 00000001 0000000000000005 00000002 001fffffffffffff",
  },
  okToRedirection: {
    message: { kind: "okToRedirection", epoch: 2 },
    frame: "00000005 22 00000002",
  },
  clientServicesReadyForRedirection: {
    message: { kind: "clientServicesReadyForRedirection", epoch: 2 },
    frame: "00000005 23 00000002",
  },
  serverServicesReadyForRedirection: {
    message: { kind: "serverServicesReadyForRedirection", epoch: 2 },
    frame: "00000005 24 00000002",
  },
  switchStep2: {
    message: {
      kind: "switchStep2",
      instance: "0123456789abcdef",
      epoch: 3,
      recordReceived: 17,
    },
    frame: "00000011 25 0123456789abcdef 00000003 00000011",
  },
  switchUnexpected: {
    message: {
      kind: "switchUnexpected",
      instance: "fedcba9876543210",
      epoch: 4_294_967_295,
      recordReceived: 0,
    },
    frame: "00000011 26 fedcba9876543210 ffffffff 00000000",
  },
  allRedirected: {
    message: { kind: "allRedirected", epoch: 3, recordReceived: 18, replayedBytes: 65_536 },
    frame: "00000011 27 00000003 00000012 0000000000010000",
  },
  positions: {
    message: { kind: "positions", recordReceived: 7, entries: [{ stream: 9, position: 1024 }] },
    frame: "00000013 30 00000007 0001 00000009 0000000000000400",
  },
  ping: { message: { kind: "ping", token: 0xdead_beef }, frame: "00000007 31 deadbeef 0000" },
  pong: {
    message: { kind: "pong", token: 0xdead_beef, padding: 3 },
    frame: "0000000a 32 deadbeef 0003 000000",
  },
  measure: {
    message: { kind: "measure", up: 4096, down: 65_536 },
    frame: "00000009 34 00001000 00010000",
  },
  measured: {
    message: { kind: "measured", tookUs: 1000 },
    frame: "00000005 35 000003e8",
  },
  held: {
    message: { kind: "held", entries: [{ stream: 9, position: 1025 }] },
    frame: "0000000f 36 0001 00000009 0000000000000401",
  },
  eof: {
    message: { kind: "eof", sequence: 1, stream: 2, position: 3 },
    frame: "00000011 40 00000001 00000002 0000000000000003",
  },
  reset: {
    message: { kind: "reset", sequence: 2, stream: 3, code: "positionGap" },
    frame: "0000000a 41 00000002 00000003 04",
  },
  finished: {
    message: { kind: "finished", sequence: 3, stream: 4 },
    frame: "00000009 42 00000003 00000004",
  },
  linkLost: {
    message: { kind: "linkLost", sequence: 4, stream: 5, binding: 6 },
    frame: "0000000d 43 00000004 00000005 00000006",
  },
  services: {
    message: {
      kind: "services",
      sequence: 1,
      site: "home",
      services: [
        { name: "ssh", port: 22, protocol: "tcp", compression: "none" },
        { name: "dns", port: 53, protocol: "udp", compression: "deflate" },
      ],
    },
    frame: "0000001f 44 00000001 0004 686f6d65 0002 " +
      "0003 737368 0016 00 00 0003 646e73 0035 01 01",
  },
  places: {
    message: {
      kind: "places",
      sequence: 3,
      advice: "leave",
      places: [{ host: "10.0.0.5", port: 7787, route: "", standing: "last" }, {
        host: "r.org",
        port: 443,
        route: "a",
      }],
    },
    frame:
      "00000024 45 00000003 01 0002 0008 31302e302e302e35 1e6b 0000 01 0005 722e6f7267 01bb 0001 61 00",
  },
  datagramSession: {
    message: {
      kind: "datagramSession",
      sequence: 2,
      protection: "signed",
      tag: 0x0102_0304_0506,
      secret: "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
      flows: 4096,
      services: [{ name: "dns", holdMs: 200, idleMs: 60_000, holdOrder: "oldest" }],
    },
    frame: "00000042 50 00000002 01 0000010203040506 " +
      "00112233445566778899aabbccddeeff 00112233445566778899aabbccddeeff " +
      "00001000 0001 0003 646e73 000000c8 0000ea60 01",
  },
  bindDatagrams: {
    message: {
      kind: "bindDatagrams",
      instance: "0123456789abcdef",
      epoch: 7,
      binding: 3,
      above: 1472,
    },
    frame: "00000013 51 0123456789abcdef 00000007 00000003 05c0",
  },
  boundDatagrams: {
    message: { kind: "boundDatagrams", binding: 3 },
    frame: "00000005 52 00000003",
  },
  offerClientServices: {
    message: {
      kind: "offerClientServices",
      sequence: 1,
      services: [
        { name: "lpr", port: 515, protocol: "tcp" },
        {
          name: "sip",
          port: 5_060,
          protocol: "udp",
          holdMs: 500,
          idleMs: 30_000,
          holdOrder: "oldest",
        },
      ],
    },
    frame: "00000020 58 00000001 0002 0003 6c7072 0203 00 " +
      "0003 736970 13c4 01 000001f4 00007530 01",
  },
  clientServicesOpened: {
    message: {
      kind: "clientServicesOpened",
      sequence: 2,
      outcomes: [{ name: "lpr", address: "a:1", reason: "" }],
    },
    frame: "00000013 59 00000002 0001 0003 6c7072 0003 613a31 0000",
  },
  call: {
    message: { kind: "call", sequence: 3, call: 7, service: "lpr", source: "b:2" },
    frame: "00000013 5a 00000003 00000007 0003 6c7072 0003 623a32",
  },
  callRefused: {
    message: { kind: "callRefused", sequence: 4, call: 7, code: "limit" },
    frame: "0000000a 5b 00000004 00000007 06",
  },
  dialRequest: {
    message: {
      kind: "dialRequest",
      host: "a",
      port: 515,
      count: 2,
      certificate: Uint8Array.of(0xab, 0xcd),
    },
    frame: "0000000c 5c 0001 61 0203 0002 0002 abcd",
  },
  opened: {
    message: { kind: "opened", sequence: 3, stream: 4 },
    frame: "00000009 60 00000003 00000004",
  },
  pathReport: {
    message: {
      kind: "pathReport",
      event: "switched",
      switchKind: "sudden",
      from: "eth0",
      provider: "wlan0",
      metered: true,
      roundTripUs: 12_500,
      rate: 1_000_000,
      stallMs: null,
      reason: "gone",
    },
    frame: "00000027 64 00 03 0004 65746830 0005 776c616e30 02 000030d4 00000000000f4240 " +
      "ffffffff 0004 676f6e65",
  },
  waitingStreams: {
    message: { kind: "waitingStreams", epoch: 2, streams: [1, 4_294_967_295] },
    frame: "0000000f 70 00000002 0002 00000001 ffffffff",
  },
} as const satisfies GoldenVectors;

/** The same as a list. */
export const ALL_VECTORS: readonly GoldenVector[] = Object.values(GOLDEN_VECTORS);

/** Turns hex digits, with spaces where they help the eye, into bytes. */
export function fromHex(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(digits.replaceAll(" ", ""));
}

/** The type and the body of a whole frame. */
export function splitFrame(frame: string): { readonly type: number; readonly body: Uint8Array } {
  const bytes = fromHex(frame);
  return { type: bytes[4] ?? 0, body: bytes.subarray(5) };
}
