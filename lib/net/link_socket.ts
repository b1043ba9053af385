/**
 * What the system is asked for at the socket of a link, at either end: TCP keepalive, after 25 s of
 * silence and then every 5 s, three times. Most NATs forget a connection after 30 s or later, and who
 * has gone without a word is noticed within 40 s.
 *
 * TCP_USER_TIMEOUT is left alone: it would also end links on which the other end only reads nothing,
 * as behind an application that is slow. Whether what was sent arrives, the sessions judge themselves.
 */
import { askWhenQuiet } from "./application_socket.ts";
import { findConnection, type FoundSocket } from "./socket_table.ts";

/** After so long without a byte the other end is asked. */
export const LINK_KEEP_ALIVE_MS = 25_000;
const LINK_ASK_AGAIN_MS = 5_000;

/** Sets it on a connection, or on a listener for all that it accepts. */
export function prepareLink(socket: FoundSocket): void {
  askWhenQuiet(socket, LINK_KEEP_ALIVE_MS, LINK_ASK_AGAIN_MS);
}

/** The same for a connection with these ends; `likely` is the descriptor that it probably has. */
export function prepareLinkBetween(local: string, remote: string, likely: number | null): void {
  const socket = likely === null ? null : findConnection(local, remote, { likely });
  if (socket !== null) prepareLink(socket);
}
