import type { ByteConn } from "./byte_conn.ts";
import { passOnUnlessConnFailed } from "./conn_failed.ts";

/**
 * Closes what the attempts beside `winner` connect in vain, perhaps later; that one fails was told or
 * does not matter.
 */
export function closeLosers(attempts: readonly Promise<ByteConn>[], winner: ByteConn | null): void {
  for (const attempt of attempts) closeUnless(winner, attempt).catch(reportError);
}

async function closeUnless(winner: ByteConn | null, attempt: Promise<ByteConn>): Promise<void> {
  try {
    const conn = await attempt;
    if (conn !== winner) conn.reset();
  } catch (error) {
    passOnUnlessConnFailed(error);
  }
}
