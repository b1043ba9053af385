import { unreachable } from "../exhaustive.ts";
import { ByteReader } from "./byte_reader.ts";
import {
  type ClientServiceOutcome,
  MAX_CERTIFICATE_BYTES,
  MAX_CLIENT_SERVICES,
  MAX_REASON_BYTES,
  type OfferedClientService,
} from "./client_service_messages.ts";
import {
  type DatagramService,
  type DatagramTerms,
  HOLD_ORDERS,
  PROTECTIONS,
  SECRET_BYTES,
} from "./datagram_messages.ts";
import { MAX_WAITING_STREAMS } from "./waiting_streams.ts";
import {
  ACKED_STEPS,
  BIND_MODES,
  CLAIMS,
  MAX_ADDRESS_BYTES,
  MAX_ENTRIES,
  MAX_NAME_BYTES,
  MAX_PADDING_BYTES,
  MAX_SENTENCE_BYTES,
  MAX_SERVICES,
  type Message,
  REFUSAL_CODES,
  type StreamPosition,
  SWITCH_SHAPES,
} from "./message.ts";
import type { AnnouncedService } from "./record_message.ts";
import { readPlaces } from "./places_codec.ts";
import { RESET_CODES } from "./reset_code.ts";
import { COMPRESSIONS, PROTOCOLS, type StreamOpening } from "./stream_opening.ts";
import {
  MAX_PROVIDER_BYTES,
  METERED,
  NOTICE_EVENTS,
  REPORTED_SWITCHES,
  UNKNOWN_U32,
  UNKNOWN_U64,
} from "./path_report.ts";
import { ProtocolViolation } from "./protocol_violation.ts";
import { readTarget } from "./target_codec.ts";
import { WIRE_TYPES } from "./wire_types.ts";

const KIND_OF_TYPE: ReadonlyMap<number, Message["kind"]> = new Map(
  (Object.keys(WIRE_TYPES) as Message["kind"][]).map((kind) => [WIRE_TYPES[kind], kind]),
);

/**
 * The message in a frame of this type and body. It holds copies, nothing of `body`.
 *
 * @throws {ProtocolViolation} the body is not what the type asks for, to the last byte
 */
export function decodeBody(type: number, body: Uint8Array): Message {
  const kind = KIND_OF_TYPE.get(type);
  if (kind === undefined) {
    throw new ProtocolViolation(
      "unknownKind",
      `Cannot read message: no type 0x${type.toString(16)}`,
    );
  }
  const reader = new ByteReader(body);
  const message = readBody(kind, reader);
  reader.end();
  return message;
}

function readBody(kind: Message["kind"], r: ByteReader): Message {
  switch (kind) {
    case "bind":
      return {
        kind,
        instance: r.bytes(8).toHex(),
        stream: r.u32(),
        epoch: r.u32(),
        binding: r.u32(),
        mode: r.choice(BIND_MODES),
        from: r.u64(),
        received: r.u64(),
        opening: readOpening(r),
      };
    case "bound":
      return {
        kind,
        stream: r.u32(),
        epoch: r.u32(),
        binding: r.u32(),
        from: r.u64(),
        received: r.u64(),
      };
    case "connect":
      return { kind, instance: r.bytes(8).toHex(), claim: r.choice(CLAIMS) };
    case "refused":
      return { kind, code: r.choice(REFUSAL_CODES), sentence: r.text(MAX_SENTENCE_BYTES) };
    case "disconnect":
      return { kind, sentence: r.text(MAX_SENTENCE_BYTES) };
    case "ack":
      return {
        kind,
        of: r.choice(ACKED_STEPS),
        epoch: r.u32(),
        recordReceived: r.u32(),
        switchTimeoutMs: r.u32(),
      };
    case "switchStep1":
      return { kind, epoch: r.u32(), shape: r.choice(SWITCH_SHAPES) };
    case "lastMessageBeforeRedirection":
      return { kind, epoch: r.u32(), entries: readEntries(r) };
    case "waitingStreams":
      return { kind, epoch: r.u32(), streams: readWaiting(r) };
    case "okToRedirection":
    case "clientServicesReadyForRedirection":
    case "serverServicesReadyForRedirection":
      return { kind, epoch: r.u32() };
    case "switchStep2":
    case "switchUnexpected":
      return { kind, instance: r.bytes(8).toHex(), epoch: r.u32(), recordReceived: r.u32() };
    case "allRedirected":
      return { kind, epoch: r.u32(), recordReceived: r.u32(), replayedBytes: r.u64() };
    case "positions":
      return { kind, recordReceived: r.u32(), entries: readEntries(r) };
    case "held":
      return { kind, entries: readEntries(r) };
    case "ping":
    case "pong":
      return { kind, token: r.u32(), ...readPadding(r) };
    case "measure":
      return { kind, up: r.u32(), down: r.u32() };
    case "measured":
      return { kind, tookUs: r.u32() };
    case "pathReport":
      return {
        kind,
        event: r.choice(NOTICE_EVENTS),
        switchKind: r.choice(REPORTED_SWITCHES),
        from: r.text(MAX_PROVIDER_BYTES),
        provider: r.text(MAX_PROVIDER_BYTES),
        metered: [null, false, true][METERED.indexOf(r.choice(METERED))] ?? null,
        roundTripUs: unless(UNKNOWN_U32, r.u32()),
        rate: unless(UNKNOWN_U64, r.u64()),
        stallMs: unless(UNKNOWN_U32, r.u32()),
        reason: r.text(MAX_SENTENCE_BYTES),
      };
    case "eof":
      return { kind, sequence: r.u32(), stream: r.u32(), position: r.u64() };
    case "reset":
      return { kind, sequence: r.u32(), stream: r.u32(), code: r.choice(RESET_CODES) };
    case "opened":
    case "finished":
      return { kind, sequence: r.u32(), stream: r.u32() };
    case "linkLost":
      return { kind, sequence: r.u32(), stream: r.u32(), binding: r.u32() };
    case "services":
      return {
        kind,
        sequence: r.u32(),
        site: r.text(MAX_NAME_BYTES),
        services: readServices(r),
      };
    case "places":
      return { kind, sequence: r.u32(), ...readPlaces(r) };
    case "datagramSession":
      return {
        kind,
        sequence: r.u32(),
        protection: r.choice(PROTECTIONS),
        tag: r.u64(),
        secret: r.bytes(SECRET_BYTES).toHex(),
        flows: r.u32(),
        services: readDatagramServices(r),
      };
    case "bindDatagrams":
      return {
        kind,
        instance: r.bytes(8).toHex(),
        epoch: r.u32(),
        binding: r.u32(),
        above: r.u16(),
      };
    case "boundDatagrams":
      return { kind, binding: r.u32() };
    case "offerClientServices":
      return { kind, sequence: r.u32(), services: readClientServices(r) };
    case "clientServicesOpened":
      return { kind, sequence: r.u32(), outcomes: readOutcomes(r) };
    case "call":
      return {
        kind,
        sequence: r.u32(),
        call: r.u32(),
        service: r.text(MAX_NAME_BYTES),
        source: r.text(MAX_ADDRESS_BYTES),
      };
    case "callRefused":
      return { kind, sequence: r.u32(), call: r.u32(), code: r.choice(RESET_CODES) };
    case "dialRequest":
      return {
        kind,
        host: r.text(MAX_ADDRESS_BYTES),
        port: r.u16(),
        count: r.u16(),
        certificate: r.blob(MAX_CERTIFICATE_BYTES),
      };
    default:
      return unreachable(kind);
  }
}

function readOpening(r: ByteReader): StreamOpening {
  return {
    target: readTarget(r),
    compression: r.choice(COMPRESSIONS),
    source: r.text(MAX_ADDRESS_BYTES),
  };
}

/** Null where the number is the one that stands for it. */
function unless(unknown: number, value: number): number | null {
  return value === unknown ? null : value;
}

function readCount(r: ByteReader, max: number, what: string): number {
  const count = r.u16();
  if (count > max) {
    throw new ProtocolViolation("tooLong", `Cannot read ${count} ${what}: at most ${max}`);
  }
  return count;
}

function readWaiting(r: ByteReader): number[] {
  return Array.from({ length: readCount(r, MAX_WAITING_STREAMS, "streams") }, () => r.u32());
}

function readEntries(r: ByteReader): StreamPosition[] {
  const count = readCount(r, MAX_ENTRIES, "positions");
  return Array.from({ length: count }, () => ({ stream: r.u32(), position: r.u64() }));
}

function readServices(r: ByteReader): AnnouncedService[] {
  const count = readCount(r, MAX_SERVICES, "services");
  return Array.from({ length: count }, () => ({
    name: r.text(MAX_NAME_BYTES),
    port: r.u16(),
    protocol: r.choice(PROTOCOLS),
    compression: r.choice(COMPRESSIONS),
  }));
}

function readClientServices(r: ByteReader): OfferedClientService[] {
  const count = readCount(r, MAX_CLIENT_SERVICES, "services");
  return Array.from({ length: count }, () => {
    const place = { name: r.text(MAX_NAME_BYTES), port: r.u16() };
    const protocol = r.choice(PROTOCOLS);
    return protocol === "tcp" ? { ...place, protocol } : { ...place, protocol, ...readTerms(r) };
  });
}

function readOutcomes(r: ByteReader): ClientServiceOutcome[] {
  const count = readCount(r, MAX_CLIENT_SERVICES, "services");
  return Array.from({ length: count }, () => ({
    name: r.text(MAX_NAME_BYTES),
    address: r.text(MAX_ADDRESS_BYTES),
    reason: r.text(MAX_REASON_BYTES),
  }));
}

function readDatagramServices(r: ByteReader): DatagramService[] {
  const count = readCount(r, MAX_SERVICES, "services");
  return Array.from({ length: count }, () => ({ name: r.text(MAX_NAME_BYTES), ...readTerms(r) }));
}

function readTerms(r: ByteReader): DatagramTerms {
  return { holdMs: r.u32(), idleMs: r.u32(), holdOrder: r.choice(HOLD_ORDERS) };
}

/** It has no meaning but its length. */
function readPadding(r: ByteReader): { readonly padding?: number } {
  const bytes = r.blob(MAX_PADDING_BYTES);
  if (bytes.some((byte) => byte !== 0)) {
    throw new ProtocolViolation("malformed", "Cannot read message: its padding is not zeros");
  }
  const { length } = bytes;
  return length === 0 ? {} : { padding: length };
}
