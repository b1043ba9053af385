import type { ByteConn } from "../../net/byte_conn.ts";

/** How long a refusal may take to be read before the connection is closed. */
const FAREWELL_MS = 2_000;

/** Says a last thing. To close at once would reset it away if the program had sent more. */
export async function lastAnswer(conn: ByteConn, answer: Uint8Array): Promise<void> {
  const timer = setTimeout(() => conn.close(), FAREWELL_MS);
  try {
    if (answer.length > 0) await conn.write(answer);
    await conn.closeWrite();
    while (await conn.readNext() !== null);
  } catch {
    // It has gone already; there is nothing more to say.
  } finally {
    clearTimeout(timer);
    conn.close();
  }
}
