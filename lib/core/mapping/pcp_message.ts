/**
 * The Port Control Protocol, RFC 6887, as a client speaks it: MAP, and ANNOUNCE to ask a router
 * for its clock.
 */
import { addressBytes, addressText } from "./address_bytes.ts";
import type { MappedTransport } from "./mapping_answer.ts";

/** Where routers listen, for NAT-PMP too. */
export const PCP_PORT = 5351;
export const PCP_NONCE_BYTES = 12;
/** Section 7: no message is longer. */
export const MAX_PCP_BYTES = 1_100;

const VERSION = 2;
const ANNOUNCE = 0;
const MAP = 1;
const RESPONSE = 0x80;
const HEAD_BYTES = 24;
const MAP_BYTES = 36;
/** Of IANA's list of protocols. */
const PROTOCOL: Readonly<Record<MappedTransport, number>> = { tcp: 6, udp: 17 };

/** What result codes mean (section 7.4), by their number. */
const RESULTS = [
  "success",
  "unsupportedVersion",
  "notAuthorized",
  "malformedRequest",
  "unsupportedOpcode",
  "unsupportedOption",
  "malformedOption",
  "networkFailure",
  "noResources",
  "unsupportedProtocol",
  "userExceededQuota",
  "cannotProvideExternal",
  "addressMismatch",
  "excessiveRemotePeers",
] as const;

export type PcpResult = (typeof RESULTS)[number] | "unknown";

export interface PcpMapRequest {
  readonly transport: MappedTransport;
  /** The address that it is sent from, in numbers. */
  readonly clientHost: string;
  readonly nonce: Uint8Array;
  readonly innerPort: number;
  readonly outerPort: number;
  /** In numbers; null: any. */
  readonly outerHost: string | null;
  /** 0 takes the mapping back. */
  readonly lifetimeS: number;
}

export type PcpAnswer =
  | { readonly kind: "announce"; readonly result: PcpResult; readonly epochS: number }
  | {
    readonly kind: "map";
    readonly result: PcpResult;
    /** Of a mapping; of a failure how long it will last. */
    readonly lifetimeS: number;
    readonly epochS: number;
    readonly nonce: Uint8Array;
    readonly transport: MappedTransport;
    readonly innerPort: number;
    readonly outerPort: number;
    readonly outerHost: string;
  }
  /** The router speaks another version, such as NAT-PMP, which has the number 0. */
  | { readonly kind: "otherVersion"; readonly version: number };

export function encodePcpMap(request: PcpMapRequest): Uint8Array<ArrayBuffer> {
  const { transport, clientHost, nonce, innerPort, outerPort, outerHost, lifetimeS } = request;
  const bytes = head(MAP, clientHost, HEAD_BYTES + MAP_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, lifetimeS);
  bytes.set(nonce.subarray(0, PCP_NONCE_BYTES), HEAD_BYTES);
  bytes[HEAD_BYTES + 12] = PROTOCOL[transport];
  view.setUint16(HEAD_BYTES + 16, innerPort);
  view.setUint16(HEAD_BYTES + 18, outerPort);
  const any = clientHost.includes(":") ? "::" : "0.0.0.0";
  bytes.set(addressBytes(outerHost ?? any), HEAD_BYTES + 20);
  return bytes;
}

/** Asks how the router is: it answers with its clock. `clientHost` as above. */
export function encodePcpAnnounce(clientHost: string): Uint8Array<ArrayBuffer> {
  return head(ANNOUNCE, clientHost, HEAD_BYTES);
}

function head(opcode: number, clientHost: string, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  bytes.set([VERSION, opcode]);
  bytes.set(addressBytes(clientHost), 8);
  return bytes;
}

/** Reads an answer; null: it is none. Options behind it are passed over, as they are not asked for. */
export function readPcpAnswer(bytes: Uint8Array): PcpAnswer | null {
  if (bytes.length < 4 || bytes.length > MAX_PCP_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const opcode = view.getUint8(1);
  if ((opcode & RESPONSE) === 0) return null;
  const version = view.getUint8(0);
  if (version !== VERSION) return { kind: "otherVersion", version };
  if (bytes.length < HEAD_BYTES || bytes.length % 4 !== 0) return null;
  const result = RESULTS[view.getUint8(3)] ?? "unknown";
  const epochS = view.getUint32(8);
  // Who knows none of the versions that we do answers with the one that it does (section 9).
  if (result === "unsupportedVersion") return { kind: "otherVersion", version };
  switch (opcode & ~RESPONSE) {
    case ANNOUNCE:
      return { kind: "announce", result, epochS };
    case MAP:
      return readMap(bytes, view, { result, epochS });
    default:
      return null;
  }
}

function readMap(
  bytes: Uint8Array,
  view: DataView,
  { result, epochS }: { readonly result: PcpResult; readonly epochS: number },
): PcpAnswer | null {
  if (bytes.length < HEAD_BYTES + MAP_BYTES) return null;
  const protocol = view.getUint8(HEAD_BYTES + 12);
  if (protocol !== PROTOCOL.tcp && protocol !== PROTOCOL.udp) return null;
  return {
    kind: "map",
    result,
    lifetimeS: view.getUint32(4),
    epochS,
    nonce: bytes.slice(HEAD_BYTES, HEAD_BYTES + PCP_NONCE_BYTES),
    transport: protocol === PROTOCOL.tcp ? "tcp" : "udp",
    innerPort: view.getUint16(HEAD_BYTES + 16),
    outerPort: view.getUint16(HEAD_BYTES + 18),
    outerHost: addressText(bytes.subarray(HEAD_BYTES + 20, HEAD_BYTES + MAP_BYTES)),
  };
}
