/** The NAT Port Mapping Protocol, RFC 6886, as a client speaks it. IPv4 only. */
import { addressText } from "./address_bytes.ts";
import type { MappedTransport } from "./mapping_answer.ts";

const VERSION = 0;
const ADDRESS = 0;
const OPCODE: Readonly<Record<MappedTransport, number>> = { udp: 1, tcp: 2 };
const RESPONSE = 0x80;
const ADDRESS_BYTES = 12;
const MAP_BYTES = 16;
const REFUSAL_BYTES = 8;

/** What result codes mean (section 3.5), by their number. */
const RESULTS = [
  "success",
  "unsupportedVersion",
  "notAuthorized",
  "networkFailure",
  "noResources",
  "unsupportedOpcode",
] as const;

export type NatPmpResult = (typeof RESULTS)[number] | "unknown";

export interface NatPmpMapRequest {
  readonly transport: MappedTransport;
  readonly innerPort: number;
  /** The one that is best; 0 with a lifetime of 0, which takes the mapping back. */
  readonly outerPort: number;
  readonly lifetimeS: number;
}

export type NatPmpAnswer =
  | { readonly kind: "address"; readonly epochS: number; readonly outerHost: string }
  | {
    readonly kind: "map";
    readonly epochS: number;
    readonly transport: MappedTransport;
    readonly innerPort: number;
    readonly outerPort: number;
    readonly lifetimeS: number;
  }
  | {
    readonly kind: "refused";
    /** What was asked for; null: it cannot be told. */
    readonly about: "address" | MappedTransport | null;
    readonly result: Exclude<NatPmpResult, "success">;
  };

/** Asks for the outer address. */
export function encodeNatPmpAddress(): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(VERSION, ADDRESS);
}

export function encodeNatPmpMap(
  { transport, innerPort, outerPort, lifetimeS }: NatPmpMapRequest,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(ADDRESS_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set([VERSION, OPCODE[transport]]);
  view.setUint16(4, innerPort);
  view.setUint16(6, outerPort);
  view.setUint32(8, lifetimeS);
  return bytes;
}

/** Reads an answer; null: it is none. */
export function readNatPmpAnswer(bytes: Uint8Array): NatPmpAnswer | null {
  if (bytes.length < REFUSAL_BYTES || bytes.length > MAP_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const opcode = view.getUint8(1);
  if (view.getUint8(0) !== VERSION || (opcode & RESPONSE) === 0) return null;
  const about = aboutOf(opcode & ~RESPONSE);
  const result = RESULTS[view.getUint16(2)] ?? "unknown";
  if (result !== "success") return { kind: "refused", about, result };
  const epochS = view.getUint32(4);
  if (about === null) return null;
  if (about === "address") {
    if (bytes.length !== ADDRESS_BYTES) return null;
    return { kind: "address", epochS, outerHost: addressText(bytes.subarray(8, 12)) };
  }
  if (bytes.length !== MAP_BYTES) return null;
  return {
    kind: "map",
    epochS,
    transport: about,
    innerPort: view.getUint16(8),
    outerPort: view.getUint16(10),
    lifetimeS: view.getUint32(12),
  };
}

function aboutOf(opcode: number): "address" | MappedTransport | null {
  switch (opcode) {
    case ADDRESS:
      return "address";
    case OPCODE.udp:
      return "udp";
    case OPCODE.tcp:
      return "tcp";
    default:
      return null;
  }
}
