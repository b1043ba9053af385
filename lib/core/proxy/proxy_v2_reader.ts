/** Reads the header of the PROXY protocol, version 2, with which a relay says who is behind it. */
import { formatIpAddress, type IpAddress, unmapped } from "../access/ip_address.ts";
import { ProtocolViolation } from "../wire/protocol_violation.ts";
import {
  LOCAL,
  PROXY,
  PROXY_V2_HEAD_BYTES,
  SIGNATURE,
  TCP_OVER_IPV4,
  TCP_OVER_IPV6,
} from "./proxy_v2.ts";

/** Addresses, and room for what others may add behind them. */
const MAX_BODY_BYTES = 512;

export type ProxyV2Reading =
  /** At least `missing` more bytes are needed. */
  | { readonly kind: "incomplete"; readonly missing: number }
  /** `source`: `ip:port`, IPv6 in brackets; null: the sender speaks for itself. */
  | { readonly kind: "complete"; readonly source: string | null };

/**
 * Reads a header as far as it has come; the caller reads exactly as many bytes as it is told to,
 * until it has it all.
 *
 * @throws {ProtocolViolation} it is none, or one that this side does not take
 */
export function readProxyV2(bytes: Uint8Array): ProxyV2Reading {
  if (!SIGNATURE.slice(0, bytes.length).every((byte, at) => byte === bytes[at])) {
    throw new ProtocolViolation("malformed", "Cannot read PROXY header: it begins otherwise");
  }
  if (bytes.length < PROXY_V2_HEAD_BYTES) {
    return { kind: "incomplete", missing: PROXY_V2_HEAD_BYTES - bytes.length };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [command, family] = [view.getUint8(SIGNATURE.length), view.getUint8(SIGNATURE.length + 1)];
  const length = view.getUint16(PROXY_V2_HEAD_BYTES - 2);
  if (command !== LOCAL && command !== PROXY) {
    throw new ProtocolViolation("malformed", `Cannot read PROXY header: its command is ${command}`);
  }
  if (length > MAX_BODY_BYTES) {
    throw new ProtocolViolation("tooLong", `Cannot read PROXY header: ${length} bytes follow`);
  }
  const missing = PROXY_V2_HEAD_BYTES + length - bytes.length;
  if (missing > 0) return { kind: "incomplete", missing };
  return { kind: "complete", source: command === PROXY ? sourceIn(view, family, length) : null };
}

function sourceIn(view: DataView, family: number, length: number): string | null {
  if (family !== TCP_OVER_IPV4 && family !== TCP_OVER_IPV6) return null;
  const bytes = family === TCP_OVER_IPV4 ? 4 : 16;
  if (length < 2 * bytes + 4) {
    throw new ProtocolViolation("truncated", `Cannot read PROXY header: only ${length} bytes`);
  }
  let value = 0n;
  for (let at = 0; at < bytes; at++) {
    value = value << 8n | BigInt(view.getUint8(PROXY_V2_HEAD_BYTES + at));
  }
  const read: IpAddress = { family: bytes === 4 ? 4 : 6, value };
  const address = unmapped(read);
  const text = formatIpAddress(address);
  const port = view.getUint16(PROXY_V2_HEAD_BYTES + 2 * bytes);
  return address.family === 6 ? `[${text}]:${port}` : `${text}:${port}`;
}
