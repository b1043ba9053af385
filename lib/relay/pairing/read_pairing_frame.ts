import { decodePairingFrame, type PairingFrame } from "../../core/pairing/pairing_messages.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { readExactly } from "../link/link_auth.ts";

/**
 * The next frame of the exchange.
 *
 * @throws {ProtocolViolation} it is none, or the connection ended
 * @throws {ConnFailed} the connection broke
 */
export async function readPairingFrame(conn: ByteConn): Promise<PairingFrame> {
  let bytes = new Uint8Array(0);
  for (;;) {
    const frame = decodePairingFrame(bytes);
    if (frame.kind !== "incomplete") return frame;
    const more = await readExactly(conn, frame.missing);
    const whole = new Uint8Array(bytes.length + more.length);
    whole.set(bytes);
    whole.set(more, bytes.length);
    bytes = whole;
  }
}
