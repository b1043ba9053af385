import type { ByteConn } from "../../net/byte_conn.ts";
import type { Clock } from "../run/clock.ts";
import { passOnOurs } from "../run/whose_fault.ts";

/** How long a refusal may take to be read before the connection is closed. */
const LAST_ANSWER_MS = 2_000;

/** Says a last thing. To close at once would reset it away if the program had sent more. */
export async function lastAnswer(
  conn: ByteConn,
  answer: Uint8Array,
  clock: Clock,
): Promise<void> {
  const timer = clock.timer(LAST_ANSWER_MS, () => conn.close());
  try {
    if (answer.length > 0) await conn.write(answer);
    await conn.closeWrite();
    while (await conn.readNext() !== null);
  } catch (error) {
    passOnOurs(error); // else it has gone already: there is nothing more to say
  } finally {
    timer.cancel();
    conn.close();
  }
}
