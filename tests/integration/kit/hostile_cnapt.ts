import { NO_SERVER_NAME } from "../../../lib/config/server_name.ts";
import { decodeTicket, type Ticket } from "../../../lib/config/ticket.ts";
import { encodeMessage } from "../../../lib/core/wire/encode.ts";
import type { Message } from "../../../lib/core/wire/message.ts";
import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { dial } from "../../../lib/net/dial.ts";
import { endpointOf } from "../../../lib/app/cnapt/site_settings_of.ts";
import { passOnUnlessConnFailed } from "../../../lib/net/conn_failed.ts";
import { authenticateToSnapt } from "../../../lib/relay/link/link_auth.ts";
import type { ProcessPair } from "./process_pair.ts";

/** A CNAPT that was invited, and then writes on its links whatever it likes. */
export class HostileCnapt implements Disposable {
  readonly #ticket: Ticket;
  readonly #conns: ByteConn[] = [];

  constructor(ticket: Ticket) {
    this.#ticket = ticket;
  }

  static async invitedTo(pair: ProcessPair): Promise<HostileCnapt> {
    const address = await pair.snapt.line(/listening address=(\S+)/);
    const { out } = await pair.command(
      "snapt",
      "invite",
      "hostile",
      "--offline",
      "--address",
      address,
    );
    return new HostileCnapt(decodeTicket(out));
  }

  /** An authenticated link, still parked. */
  async park(): Promise<ByteConn> {
    const { host, port, tls, credentials } = endpointOf(
      { ticket: this.#ticket, address: [], serverName: NO_SERVER_NAME },
    );
    const signal = AbortSignal.timeout(10_000);
    const options = tls === null ? { signal } : { signal, tls };
    const conn = await dial({ host, port }, { kind: "any" }, options);
    this.#conns.push(conn);
    await authenticateToSnapt(conn, credentials);
    return conn;
  }

  /** A link that has begun with `message`. */
  async begin(message: Message): Promise<ByteConn> {
    const conn = await this.park();
    await conn.write(encodeMessage(message));
    return conn;
  }

  [Symbol.dispose](): void {
    for (const conn of this.#conns) conn.close();
  }
}

/** Writes `unit` over and over, in large pieces, until `signal` or until the link ends. */
export async function flood(
  conn: ByteConn,
  unit: Uint8Array,
  signal: AbortSignal,
): Promise<number> {
  const piece = new Uint8Array(unit.length * Math.ceil(65_536 / unit.length));
  for (let at = 0; at < piece.length; at += unit.length) piece.set(unit, at);
  const closing = () => conn.close();
  signal.addEventListener("abort", closing, { once: true });
  let written = 0;
  const reading = readAway(conn);
  try {
    for (; !signal.aborted; written += piece.length) await conn.write(piece);
  } catch (error) {
    passOnUnlessConnFailed(error);
  } finally {
    signal.removeEventListener("abort", closing);
    conn.close();
    await reading;
  }
  return written;
}

/** Reads what is answered, so that the other end is not held up by it. */
async function readAway(conn: ByteConn): Promise<void> {
  try {
    while (await conn.readNext() !== null);
  } catch (error) {
    passOnUnlessConnFailed(error);
  }
}
