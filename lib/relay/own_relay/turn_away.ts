import type { ByteConn } from "../../net/byte_conn.ts";
import { passOnOurs } from "../run/whose_fault.ts";

/** A record of TLS: the fatal alert `unrecognized_name` (RFC 8446, 6). */
const UNRECOGNIZED_NAME = Uint8Array.of(21, 3, 3, 0, 2, 2, 112);

/**
 * Closes a connection that asked for a name which leads nowhere, or to nobody who is there: whoever
 * asks does not learn which. A CNAPT says of it that there is no such name, instead of nothing.
 */
export async function turnAway(conn: ByteConn): Promise<void> {
  try {
    await conn.write(UNRECOGNIZED_NAME);
    await conn.closeWrite();
  } catch (error) {
    passOnOurs(error);
  } finally {
    conn.close();
  }
}
