import { MAX_FIRST_BYTES, readClientHello } from "../../core/relay/client_hello.ts";
import { decodeParked, isParkedStart, PARKED_BYTES } from "../../core/relay/relay_messages.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { ByteConn } from "../../net/byte_conn.ts";

/** Who a connection to a relay says that it is for. */
export type FirstBytes =
  /** It begins with a ClientHello. `bytes`: all that has come. */
  | { readonly kind: "hello"; readonly serverName: string | null; readonly bytes: Uint8Array }
  /** A SNAPT was asked for it with this token. */
  | { readonly kind: "parked"; readonly token: Uint8Array };

const ROOM_BYTES = 2_048;

/**
 * Reads what a connection to a relay begins with, and no more than that.
 *
 * @throws {ProtocolViolation} it begins with something else, or is too long
 * @throws {ConnFailed} the connection broke
 */
export async function readFirstBytes(conn: ByteConn): Promise<FirstBytes> {
  let buffer = new Uint8Array(ROOM_BYTES);
  let filled = 0;
  let wanted = 1;
  for (;;) {
    while (filled < wanted) {
      if (wanted > buffer.length) buffer = grown(buffer);
      const count = await conn.read(buffer.subarray(filled, wanted));
      if (count === null) {
        throw new ProtocolViolation("truncated", `Cannot read on: it ended after ${filled} bytes`);
      }
      filled += count;
    }
    const bytes = buffer.subarray(0, filled);
    if (isParkedStart(bytes)) {
      if (filled === PARKED_BYTES) return { kind: "parked", token: decodeParked(bytes) };
      wanted = PARKED_BYTES;
      continue;
    }
    const reading = readClientHello(bytes);
    if (reading.kind === "complete") {
      return { kind: "hello", serverName: reading.serverName, bytes };
    }
    wanted = filled + reading.missing;
  }
}

function grown(buffer: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(MAX_FIRST_BYTES);
  larger.set(buffer);
  return larger;
}
