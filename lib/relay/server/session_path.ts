import type { SnaptState } from "../../core/handshake/snapt_transitions.ts";
import type { Connect } from "../../core/wire/message.ts";
import type { ServedSession } from "./served_session.ts";

/** How the session of a CNAPT is at one moment, as notices look at it. */
export interface SessionPath {
  /** Tells sessions apart, also those of one CNAPT; nobody sees it. */
  readonly session: string;
  /** The name of the CNAPT; several may have the same. */
  readonly client: string;
  readonly state: SnaptState;
}

/** What tells a session from all others. */
export function sessionKey(idHex: string, { instance }: Pick<Connect, "instance">): string {
  return `${idHex} ${instance}`;
}

/** How all sessions are at this moment. */
export function pathsOf(sessions: ReadonlyMap<string, ServedSession>): readonly SessionPath[] {
  return [...sessions].map(([idHex, { driver: { session }, client }]) => ({
    session: sessionKey(idHex, session),
    client: client.name,
    state: session.state,
  }));
}

/** The IDs, in hex, of the CNAPTs of this name among those that have a session. */
export function idsOfClient(
  sessions: ReadonlyMap<string, { readonly client: { readonly name: string } }>,
  name: string,
): readonly string[] {
  return [...sessions].filter(([, { client }]) => client.name === name).map(([idHex]) => idHex);
}
