/** The CNAPTs of a SNAPT as its page lists them. */
import type { KnownClient } from "../../status/known_client.ts";
import type { SnaptDocument } from "../../status/snapt_document.ts";
import { UNUSUAL_SILENCE_MS } from "../../status/verdict/unusual_silence.ts";

export type Session = SnaptDocument["sessions"][number];

/** A session and what is known of its CNAPT besides. */
export interface ClientRow {
  /** Unlike that of all other rows. */
  readonly key: string;
  readonly session: Session;
  /** Null: it is in the list no longer. */
  readonly known: KnownClient | null;
  /** When it was heard last, in ms since 1970; null: never. */
  readonly heardAt: number | null;
}

/** More would only make the page slow; the others are found by the filter. */
export const SHOWN_ROWS = 100;

const order = new Intl.Collator("en", { numeric: true });

/** Those that have a session, by their names, so that no row jumps; `now`: when the document came. */
export function clientRows(
  { sessions, clients }: Pick<SnaptDocument, "sessions" | "clients">,
  now: number,
): readonly ClientRow[] {
  const known = new Map(clients.map((client) => [client.name, client]));
  return sessions.map((session) => ({
    key: `${session.client} ${session.since}`,
    session,
    known: known.get(session.client) ?? null,
    heardAt: session.heardAgoMs === null ? null : now - session.heardAgoMs,
  })).toSorted((a, b) => order.compare(a.key, b.key));
}

/** Those that may come, and have no session. */
export function absentClients(
  { sessions, clients }: Pick<SnaptDocument, "sessions" | "clients">,
): readonly KnownClient[] {
  const here = new Set(sessions.map(({ client }) => client));
  return clients.filter(({ name }) => !here.has(name))
    .toSorted((a, b) => order.compare(a.name, b.name));
}

/** What of `rows` has all words of `filter` somewhere in its texts. */
export function filtered<Row>(
  rows: readonly Row[],
  filter: string,
  textOf: (row: Row) => string,
): readonly Row[] {
  const words = filter.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = textOf(row).toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function textOfRow({ session }: ClientRow): string {
  const { client, from, network, relay, services } = session;
  return [client, from, network?.provider ?? "", relay ?? "", ...services].join(" ");
}

/** How a session is, as far as a person wants to know. */
export type ClientState = "connected" | "moving" | "silent" | "away";

/** As SNAPT has said: it tells at once who falls silent, and not each time that it hears of one. */
export function stateOf({ session }: ClientRow): ClientState {
  if (session.away !== null || session.state === "detached") return "away";
  if ((session.heardAgoMs ?? 0) > UNUSUAL_SILENCE_MS) return "silent";
  return session.state === "connected" ? "connected" : "moving";
}

/** How many connections lead to a service, from how many hosts. */
export interface ServiceUse {
  readonly service: string;
  readonly opener: "client" | "server";
  readonly connections: number;
  readonly sources: readonly string[];
}

/** What goes on in a session, service by service. */
export function usesOf({ applications, flows }: Session): readonly ServiceUse[] {
  const uses = new Map<string, { use: ServiceUse; sources: string[] }>();
  const all = [
    ...applications,
    ...flows.map(({ service, application }) => ({
      service,
      opener: "client" as const,
      source: application,
    })),
  ];
  for (const { service, opener, source } of all) {
    const key = `${opener} ${service}`;
    const before = uses.get(key);
    const sources = before?.sources ?? [];
    sources.push(source);
    uses.set(key, {
      use: { service, opener, connections: (before?.use.connections ?? 0) + 1, sources },
      sources,
    });
  }
  return [...uses.values()].map(({ use }) => use);
}
