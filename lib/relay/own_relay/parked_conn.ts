import type { ByteConn } from "../../net/byte_conn.ts";
import { passOnOurs } from "../run/whose_fault.ts";

/** A connection that SNAPT has parked at its relay. */
export interface ParkedConn {
  readonly conn: ByteConn;
  /** One byte, and its reading: nothing may come before a caller has it. */
  readonly first: Uint8Array;
  readonly reading: Promise<number | null>;
}

export function parkedConn(conn: ByteConn): ParkedConn {
  const first = new Uint8Array(1);
  return { conn, first, reading: conn.read(first) };
}

/** Whether a byte has come on it; false: it has ended. */
export async function hasSpoken({ reading }: ParkedConn): Promise<boolean> {
  try {
    return await reading !== null;
  } catch (error) {
    passOnOurs(error);
    return false;
  }
}
