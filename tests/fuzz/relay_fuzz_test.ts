/** What a relay, and a SNAPT behind one, read before anybody has proven anything. */
import { proxyV2Header } from "../../lib/core/proxy/proxy_v2.ts";
import { readProxyV2 } from "../../lib/core/proxy/proxy_v2_reader.ts";
import { MAX_FIRST_BYTES, readClientHello } from "../../lib/core/relay/client_hello.ts";
import { decodeRelayDatagram, encodeRelayDatagram } from "../../lib/core/relay/relay_datagrams.ts";
import {
  decodeParked,
  decodeRelayMessage,
  encodeParked,
  encodeRelayMessage,
} from "../../lib/core/relay/relay_messages.ts";
import { ProtocolViolation } from "../../lib/core/wire/protocol_violation.ts";
import { ConnFailed } from "../../lib/net/conn_failed.ts";
import { readFirstBytes } from "../../lib/relay/own_relay/first_bytes.ts";
import { assert } from "../assert.ts";
import { MemoryConn } from "../memory_conn.ts";
import {
  extension,
  helloMessage,
  records,
  serverName,
} from "../unit/core/relay/kit/client_hello.ts";
import { fuzzTest } from "./fuzz_test_case.ts";
import type { RandomBytes } from "./random_bytes.ts";

const TOKEN = new Uint8Array(16).fill(3);
const HELLO = helloMessage([...extension(51, Array<number>(300).fill(1)), ...serverName("a.b.c")]);

/** One of those that may come, with a few bytes changed, cut off or added. */
function changed(random: RandomBytes, from: readonly (() => Uint8Array)[]): Uint8Array {
  const make = from[random.below(from.length - 1)];
  const bytes = Uint8Array.of(...make?.() ?? [], ...random.bytes(random.below(9)));
  for (let i = random.below(4); i > 0; i--) {
    bytes[random.below(bytes.length - 1)] = random.below(0xff);
  }
  return bytes.subarray(0, random.below(1) === 0 ? bytes.length : random.below(bytes.length));
}

const BEGINNINGS = [
  () => records(HELLO),
  () => records(HELLO, 60),
  () => encodeParked(TOKEN),
];

fuzzTest(
  "a ClientHello of changed bytes is read, incomplete by a bound, or a violation",
  (random) => {
    for (let round = 0; round < 20_000; round++) {
      const bytes = round % 5 === 0 ? random.bytes(random.below(400)) : changed(random, BEGINNINGS);
      try {
        const reading = readClientHello(bytes);
        if (reading.kind === "complete") continue;
        assert(reading.missing > 0 && bytes.length + reading.missing <= MAX_FIRST_BYTES);
      } catch (error) {
        assert(error instanceof ProtocolViolation, String(error));
      }
    }
  },
);

fuzzTest(
  "messages, PARKED and PROXY headers of changed bytes are read or are violations",
  (random) => {
    const valid = [
      () => encodeRelayMessage({ kind: "park", tokens: [TOKEN, TOKEN] }),
      () => encodeRelayMessage({ kind: "ping", token: 7 }),
      () => encodeRelayMessage({ kind: "parting", reason: "revoked" }),
      () => encodeRelayMessage({ kind: "quota", usedBytes: 7, limitBytes: 9 }),
      () => encodeRelayMessage({ kind: "datagrams", token: TOKEN }),
      () => encodeParked(TOKEN),
      () => proxyV2Header("192.0.2.7:51234", "127.0.0.1:80"),
      () => proxyV2Header("[2001:db8::7]:1", "[::1]:80"),
    ];
    for (let round = 0; round < 20_000; round++) {
      const bytes = changed(random, valid);
      for (const read of [decodeRelayMessage, decodeParked, readProxyV2]) {
        try {
          read(bytes);
        } catch (error) {
          assert(error instanceof ProtocolViolation, String(error));
        }
      }
    }
  },
);

fuzzTest(
  "a connection is read no further than its beginning, in whatever pieces it comes",
  async (random) => {
    for (let round = 0; round < 400; round++) {
      const bytes = changed(random, BEGINNINGS);
      const [near, far] = MemoryConn.pair();
      for (let at = 0; at < bytes.length;) {
        const piece = 1 + random.below(80);
        await far.write(bytes.subarray(at, at + piece));
        at += piece;
      }
      await far.closeWrite();
      try {
        const first = await readFirstBytes(near);
        if (first.kind === "hello") assert(first.bytes.length <= MAX_FIRST_BYTES);
      } catch (error) {
        assert(error instanceof ProtocolViolation || error instanceof ConnFailed, String(error));
      }
    }
  },
);

fuzzTest("a datagram of changed bytes is one that is written so, or none", (random) => {
  const route = 0x1122334455667788n;
  const sealed = new Uint8Array(40).fill(9);
  const valid = ([
    { kind: "call", route, sealed },
    { kind: "hello", route, token: TOKEN },
    { kind: "welcome", token: TOKEN, number: 7 },
    { kind: "keep", route, number: 7 },
    { kind: "kept", number: 7 },
    { kind: "carry", place: 7, isProven: true, sealed },
  ] as const).map((datagram) => () => encodeRelayDatagram(datagram, new Uint8Array(64)));
  const room = new Uint8Array(128);
  for (let round = 0; round < 20_000; round++) {
    const bytes = round % 5 === 0 ? random.bytes(random.below(60)) : changed(random, valid);
    const datagram = decodeRelayDatagram(bytes);
    if (datagram === null) continue;
    assert(encodeRelayDatagram(datagram, room).toHex() === bytes.toHex(), bytes.toHex());
  }
});
