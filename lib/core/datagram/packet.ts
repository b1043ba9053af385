/**
 * What CNAPT and SNAPT say to each other about UDP services: the payload travels
 * untouched or sealed, and a flow is bound to its sender's address by an authentic `bind`.
 *
 * Theory of operation. A *flow* is one conversation of a client application with a UDP service; its
 * opener numbers it. The opener names the service in `bind`, which may carry the first payload and
 * is repeated until `bound` or any data comes back, so that no lost datagram does harm. Where the
 * opener has named a destination, `located` says which address that is, as soon as it is known and
 * whenever `bind` comes again. `probe`
 * asks whether a way works in both directions and proves that the other end is where it says;
 * `probed` answers it on the way on which it came. The same packets travel three ways: sealed, one
 * in each datagram (`sealed_datagram.ts`); signed, beside payload that is sent untouched
 * (`signed_datagram.ts`); and behind a length on a link, where a network lets no UDP through.
 */
import { unreachable } from "../exhaustive.ts";
import { ByteReader } from "../wire/byte_reader.ts";
import { ByteWriter } from "../wire/byte_writer.ts";
import { MAX_ADDRESS_BYTES } from "../wire/message.ts";
import type { StreamTarget } from "../wire/stream_opening.ts";
import { readTarget, writeTarget } from "../wire/target_codec.ts";
import { ProtocolViolation } from "../wire/protocol_violation.ts";

/** Why a flow is no more. */
export const UNBOUND_CODES = [
  "idle",
  "unknownFlow",
  "notAllowed",
  "unreachable",
  "limit",
] as const;
export type UnboundCode = (typeof UNBOUND_CODES)[number];

export interface DataPacket {
  readonly kind: "data";
  readonly flow: number;
  /** May be a part of a buffer that is used again: it is good only until the next datagram. */
  readonly payload: Uint8Array;
}

/** Opens a flow, or repeats what it leads to. */
export interface BindPacket {
  readonly kind: "bind";
  readonly flow: number;
  /** Epoch of the session in which the sender took the network on which it sends. */
  readonly epoch: number;
  readonly target: StreamTarget;
  /** Address and port of the client application; may be empty. */
  readonly source: string;
  /** The first payload; empty where there is none. */
  readonly payload: Uint8Array;
}

export type Packet =
  | DataPacket
  | BindPacket
  | { readonly kind: "bound"; readonly flow: number }
  | { readonly kind: "unbound"; readonly flow: number; readonly code: UnboundCode }
  | {
    readonly kind: "located";
    readonly flow: number;
    /** Where the destination of the flow is, `ip:port`: what it answers comes from there. */
    readonly address: string;
  }
  | {
    readonly kind: "probe";
    readonly token: number;
    /** As in `bind`; 0 from SNAPT. */
    readonly epoch: number;
  }
  | { readonly kind: "probed"; readonly token: number }
  /** From SNAPT: it has datagrams that do not fit, and no link for them. */
  | { readonly kind: "tooLarge" };

/** Those that are about a flow. */
export type FlowPacket = Exclude<Packet, { kind: "probe" | "probed" | "tooLarge" }>;

const DATA = 0;
const BIND = 1;
const BOUND = 2;
const UNBOUND = 3;
const PROBE = 4;
const PROBED = 5;
const LOCATED = 6;
const TOO_LARGE = 7;

/** Bytes before the payload of `data`: kind and flow. */
export const DATA_HEAD_BYTES = 5;

/** @throws {LocalMisuse} a field is out of its range */
export function encodePacket(packet: Packet): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  switch (packet.kind) {
    case "data":
      return writer.u8(DATA).u32(packet.flow).bytes(packet.payload).finish();
    case "bind": {
      const { flow, epoch, target, source, payload } = packet;
      writer.u8(BIND).u32(flow).u32(epoch);
      writeTarget(writer, target);
      return writer.text(source, MAX_ADDRESS_BYTES).bytes(payload).finish();
    }
    case "bound":
      return writer.u8(BOUND).u32(packet.flow).finish();
    case "unbound":
      return writer.u8(UNBOUND).u32(packet.flow).choice(UNBOUND_CODES, packet.code).finish();
    case "probe":
      return writer.u8(PROBE).u32(packet.token).u32(packet.epoch).finish();
    case "probed":
      return writer.u8(PROBED).u32(packet.token).finish();
    case "tooLarge":
      return writer.u8(TOO_LARGE).finish();
    case "located":
      writer.u8(LOCATED).u32(packet.flow);
      return writer.text(packet.address, MAX_ADDRESS_BYTES).finish();
    default:
      return unreachable(packet);
  }
}

/**
 * The packet in `bytes`. The payload is a part of `bytes`, not a copy.
 *
 * @throws {ProtocolViolation} it is none
 */
export function decodePacket(bytes: Uint8Array): Packet {
  const [kind] = bytes;
  if (kind === DATA && bytes.length >= DATA_HEAD_BYTES) return readData(bytes);
  const reader = new ByteReader(bytes);
  reader.u8();
  const packet = readRest(kind, reader, bytes);
  reader.end();
  return packet;
}

/** Most packets are this, so it goes without a reader. */
function readData(bytes: Uint8Array): DataPacket {
  const high = (bytes[1] ?? 0) << 8 | (bytes[2] ?? 0);
  const low = (bytes[3] ?? 0) << 8 | (bytes[4] ?? 0);
  return { kind: "data", flow: high * 65_536 + low, payload: bytes.subarray(DATA_HEAD_BYTES) };
}

function readRest(kind: number | undefined, r: ByteReader, bytes: Uint8Array): Packet {
  switch (kind) {
    case DATA:
      return { kind: "data", flow: r.u32(), payload: r.rest() };
    case BIND: {
      const flow = r.u32();
      const epoch = r.u32();
      const target = readTarget(r);
      const source = r.text(MAX_ADDRESS_BYTES);
      return { kind: "bind", flow, epoch, target, source, payload: r.rest() };
    }
    case BOUND:
      return { kind: "bound", flow: r.u32() };
    case UNBOUND:
      return { kind: "unbound", flow: r.u32(), code: r.choice(UNBOUND_CODES) };
    case PROBE:
      return { kind: "probe", token: r.u32(), epoch: r.u32() };
    case PROBED:
      return { kind: "probed", token: r.u32() };
    case TOO_LARGE:
      return { kind: "tooLarge" };
    case LOCATED:
      return { kind: "located", flow: r.u32(), address: r.text(MAX_ADDRESS_BYTES) };
    default:
      throw new ProtocolViolation(
        "unknownKind",
        `Cannot read packet of ${bytes.length} bytes: there is no kind ${kind}`,
      );
  }
}
