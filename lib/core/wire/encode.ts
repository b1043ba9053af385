import { unreachable } from "../exhaustive.ts";
import { LocalMisuse } from "../local_misuse.ts";
import { ByteWriter } from "./byte_writer.ts";
import {
  MAX_CERTIFICATE_BYTES,
  MAX_CLIENT_SERVICES,
  MAX_REASON_BYTES,
} from "./client_service_messages.ts";
import { type DatagramTerms, HOLD_ORDERS, PROTECTIONS, SECRET_BYTES } from "./datagram_messages.ts";
import { MAX_WAITING_STREAMS } from "./waiting_streams.ts";
import {
  ACKED_STEPS,
  BIND_MODES,
  CLAIMS,
  MAX_ADDRESS_BYTES,
  MAX_ENTRIES,
  MAX_FRAME_BODY_BYTES,
  MAX_NAME_BYTES,
  MAX_PADDING_BYTES,
  MAX_SENTENCE_BYTES,
  MAX_SERVICES,
  type Message,
  REFUSAL_CODES,
  type StreamPosition,
  SWITCH_SHAPES,
} from "./message.ts";
import { writePlaces } from "./places_codec.ts";
import { RESET_CODES } from "./reset_code.ts";
import {
  MAX_PROVIDER_BYTES,
  METERED,
  NOTICE_EVENTS,
  REPORTED_SWITCHES,
  UNKNOWN_U32,
  UNKNOWN_U64,
} from "./path_report.ts";
import { COMPRESSIONS, PROTOCOLS, type StreamOpening } from "./stream_opening.ts";
import { writeTarget } from "./target_codec.ts";
import { WIRE_TYPES } from "./wire_types.ts";

/** Bytes of the length before type and body. */
export const LENGTH_BYTES = 4;

/**
 * The whole frame of `message`: length of what follows, type, body.
 *
 * @throws {LocalMisuse} a field is out of its range
 */
export function encodeMessage(message: Message): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u32(0).u8(WIRE_TYPES[message.kind]);
  writeBody(writer, message);
  const bodyBytes = writer.length - LENGTH_BYTES - 1;
  if (bodyBytes > MAX_FRAME_BODY_BYTES) {
    throw new LocalMisuse(`Cannot encode ${message.kind}: its body has ${bodyBytes} bytes`);
  }
  writer.patchU32(0, bodyBytes + 1);
  return writer.finish();
}

function writeBody(writer: ByteWriter, message: Message): void {
  switch (message.kind) {
    case "bind":
      writer.bytes(instanceBytes(message.instance))
        .u32(message.stream).u32(message.epoch).u32(message.binding)
        .choice(BIND_MODES, message.mode).u64(message.from).u64(message.received);
      writeOpening(writer, message.opening);
      return;
    case "bound":
      writer.u32(message.stream).u32(message.epoch).u32(message.binding).u64(message.from)
        .u64(message.received);
      return;
    case "connect":
      writer.bytes(instanceBytes(message.instance)).choice(CLAIMS, message.claim);
      return;
    case "refused":
      writer.choice(REFUSAL_CODES, message.code).text(message.sentence, MAX_SENTENCE_BYTES);
      return;
    case "disconnect":
      writer.text(message.sentence, MAX_SENTENCE_BYTES);
      return;
    case "ack":
      writer.choice(ACKED_STEPS, message.of).u32(message.epoch).u32(message.recordReceived)
        .u32(message.switchTimeoutMs);
      return;
    case "switchStep1":
      writer.u32(message.epoch).choice(SWITCH_SHAPES, message.shape);
      return;
    case "lastMessageBeforeRedirection":
      writer.u32(message.epoch);
      writeEntries(writer, message.entries);
      return;
    case "waitingStreams":
      writer.u32(message.epoch);
      writeHeld(writer, message.streams);
      return;
    case "okToRedirection":
    case "clientServicesReadyForRedirection":
    case "serverServicesReadyForRedirection":
      writer.u32(message.epoch);
      return;
    case "switchStep2":
    case "switchUnexpected":
      writer.bytes(instanceBytes(message.instance)).u32(message.epoch).u32(message.recordReceived);
      return;
    case "allRedirected":
      writer.u32(message.epoch).u32(message.recordReceived).u64(message.replayedBytes);
      return;
    case "positions":
      writer.u32(message.recordReceived);
      writeEntries(writer, message.entries);
      return;
    case "held":
      writeEntries(writer, message.entries);
      return;
    case "ping":
    case "pong":
      writer.u32(message.token).blob(zeros(message.padding ?? 0), MAX_PADDING_BYTES);
      return;
    case "measure":
      writer.u32(message.up).u32(message.down);
      return;
    case "measured":
      writer.u32(message.tookUs);
      return;
    case "pathReport":
      writer.choice(NOTICE_EVENTS, message.event).choice(REPORTED_SWITCHES, message.switchKind)
        .text(message.from, MAX_PROVIDER_BYTES).text(message.provider, MAX_PROVIDER_BYTES)
        .choice(METERED, message.metered === null ? "unknown" : message.metered ? "yes" : "no")
        .u32(message.roundTripUs ?? UNKNOWN_U32).u64(message.rate ?? UNKNOWN_U64)
        .u32(message.stallMs ?? UNKNOWN_U32).text(message.reason, MAX_SENTENCE_BYTES);
      return;
    case "eof":
      writer.u32(message.sequence).u32(message.stream).u64(message.position);
      return;
    case "reset":
      writer.u32(message.sequence).u32(message.stream).choice(RESET_CODES, message.code);
      return;
    case "opened":
    case "finished":
      writer.u32(message.sequence).u32(message.stream);
      return;
    case "linkLost":
      writer.u32(message.sequence).u32(message.stream).u32(message.binding);
      return;
    case "services":
      writer.u32(message.sequence).text(message.site, MAX_NAME_BYTES);
      writeServiceCount(writer, message.services, MAX_SERVICES);
      for (const { name, port, protocol, compression } of message.services) {
        writer.text(name, MAX_NAME_BYTES).u16(port).choice(PROTOCOLS, protocol)
          .choice(COMPRESSIONS, compression);
      }
      return;
    case "places":
      writePlaces(writer.u32(message.sequence), message);
      return;
    case "datagramSession":
      writer.u32(message.sequence).choice(PROTECTIONS, message.protection).u64(message.tag)
        .fixed(Uint8Array.fromHex(message.secret), SECRET_BYTES).u32(message.flows);
      writeServiceCount(writer, message.services, MAX_SERVICES);
      for (const service of message.services) {
        writeTerms(writer.text(service.name, MAX_NAME_BYTES), service);
      }
      return;
    case "bindDatagrams":
      writer.bytes(instanceBytes(message.instance)).u32(message.epoch).u32(message.binding)
        .u16(message.above);
      return;
    case "boundDatagrams":
      writer.u32(message.binding);
      return;
    case "offerClientServices":
      writer.u32(message.sequence);
      writeServiceCount(writer, message.services, MAX_CLIENT_SERVICES);
      for (const service of message.services) {
        writer.text(service.name, MAX_NAME_BYTES).u16(service.port)
          .choice(PROTOCOLS, service.protocol);
        if (service.protocol === "udp") writeTerms(writer, service);
      }
      return;
    case "clientServicesOpened":
      writer.u32(message.sequence);
      writeServiceCount(writer, message.outcomes, MAX_CLIENT_SERVICES);
      for (const { name, address, reason } of message.outcomes) {
        writer.text(name, MAX_NAME_BYTES).text(address, MAX_ADDRESS_BYTES)
          .text(reason, MAX_REASON_BYTES);
      }
      return;
    case "call":
      writer.u32(message.sequence).u32(message.call).text(message.service, MAX_NAME_BYTES)
        .text(message.source, MAX_ADDRESS_BYTES);
      return;
    case "callRefused":
      writer.u32(message.sequence).u32(message.call).choice(RESET_CODES, message.code);
      return;
    case "dialRequest":
      writer.text(message.host, MAX_ADDRESS_BYTES).u16(message.port).u16(message.count)
        .blob(message.certificate, MAX_CERTIFICATE_BYTES);
      return;
    default:
      unreachable(message);
  }
}

function writeTerms(writer: ByteWriter, { holdMs, idleMs, holdOrder }: DatagramTerms): void {
  writer.u32(holdMs).u32(idleMs).choice(HOLD_ORDERS, holdOrder);
}

function writeOpening(writer: ByteWriter, { target, compression, source }: StreamOpening): void {
  writeTarget(writer, target);
  writer.choice(COMPRESSIONS, compression).text(source, MAX_ADDRESS_BYTES);
}

function writeServiceCount(writer: ByteWriter, services: readonly unknown[], max: number): void {
  if (services.length > max) {
    throw new LocalMisuse(`Cannot encode ${services.length} services: at most ${max}`);
  }
  writer.u16(services.length);
}

function writeHeld(writer: ByteWriter, streams: readonly number[]): void {
  if (streams.length > MAX_WAITING_STREAMS) {
    throw new LocalMisuse(
      `Cannot encode ${streams.length} streams: at most ${MAX_WAITING_STREAMS}`,
    );
  }
  writer.u16(streams.length);
  for (const stream of streams) writer.u32(stream);
}

function writeEntries(writer: ByteWriter, entries: readonly StreamPosition[]): void {
  if (entries.length > MAX_ENTRIES) {
    throw new LocalMisuse(`Cannot encode ${entries.length} positions: at most ${MAX_ENTRIES}`);
  }
  writer.u16(entries.length);
  for (const { stream, position } of entries) writer.u32(stream).u64(position);
}

function instanceBytes(instance: string): Uint8Array {
  if (!/^[0-9a-f]{16}$/.test(instance)) {
    throw new LocalMisuse(`Cannot encode instance ${instance}: it is not 8 bytes in hex`);
  }
  return Uint8Array.fromHex(instance);
}

function zeros(count: number): Uint8Array {
  if (Number.isInteger(count) && count >= 0 && count <= MAX_PADDING_BYTES) {
    return new Uint8Array(count);
  }
  throw new LocalMisuse(`Cannot pad message: ${count} bytes are no padding`);
}
