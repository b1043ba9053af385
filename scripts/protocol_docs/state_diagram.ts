import { type HandshakeRow, handshakeRows, handshakeStates, type Role } from "./handshake_row.ts";

/** One picture: a part of a role's states, small enough to be read. */
export interface Diagram {
  readonly role: Role;
  readonly title: string;
  /** States shown with everything that leads out of them. */
  readonly states: readonly string[];
  /** A neighbour, shown only with what leads from it to `states`. */
  readonly neighbour: string;
}

function startingWith(role: Role, prefix: string): readonly string[] {
  return handshakeStates(role).filter((state) => state.startsWith(prefix));
}

export const DIAGRAMS: readonly Diagram[] = [
  {
    role: "CNAPT",
    title: "CNAPT, start and end",
    states: ["idle", "dialing", "awaitingConnectAck", "disconnecting", "closed"],
    neighbour: "connected",
  },
  {
    role: "CNAPT",
    title: "CNAPT, planned switch, overlapped",
    states: ["preparing", ...startingWith("CNAPT", "overlap")],
    neighbour: "connected",
  },
  {
    role: "CNAPT",
    title: "CNAPT, planned switch, strict",
    states: startingWith("CNAPT", "strict"),
    neighbour: "connected",
  },
  {
    role: "CNAPT",
    title: "CNAPT, sudden switch",
    states: ["searching", "resuming"],
    neighbour: "connected",
  },
  {
    role: "SNAPT",
    title: "SNAPT, planned switch, overlapped",
    states: startingWith("SNAPT", "overlap"),
    neighbour: "connected",
  },
  {
    role: "SNAPT",
    title: "SNAPT, planned switch, strict",
    states: startingWith("SNAPT", "strict"),
    neighbour: "connected",
  },
  {
    role: "SNAPT",
    title: "SNAPT, sudden switch and end",
    states: ["detached", "resuming", "closed"],
    neighbour: "connected",
  },
];

/** As many arrows with one event to one state outside are told in words instead of drawn. */
const MANY_ARROWS = 3;

/** The rows that a diagram shows, as arrows or in the words under it. */
export function shownRows({ role, states, neighbour }: Diagram): readonly HandshakeRow[] {
  return handshakeRows(role).filter((row) =>
    row.ignored === undefined &&
    (states.includes(row.state) || (row.state === neighbour && states.includes(row.next)))
  );
}

/** A diagram in Markdown: a Mermaid picture, and under it the exits that would clutter it. */
export function renderDiagram(diagram: Diagram): string {
  const { states } = diagram;
  const rows = shownRows(diagram);
  const exits = new Map<string, string[]>();
  const exitOf = (row: HandshakeRow) => `\`${row.event}\` leads to \`${row.next}\``;
  for (const row of rows) {
    if (!states.includes(row.state) || states.includes(row.next)) continue;
    exits.set(exitOf(row), [...exits.get(exitOf(row)) ?? [], row.state]);
  }
  const isInWords = (row: HandshakeRow) =>
    states.includes(row.state) && (exits.get(exitOf(row))?.length ?? 0) >= MANY_ARROWS;
  const start = states.find((state) => state === "idle");
  return [
    "```mermaid",
    "stateDiagram-v2",
    ...(start === undefined ? [] : [`    [*] --> ${start}`]),
    ...arrows(rows.filter((row) => !isInWords(row))),
    "```",
    ...[...exits].filter(([, from]) => from.length >= MANY_ARROWS).map(([exit, from], index) =>
      `${index === 0 ? "\n" : ""}- ${exit} from ${inWords(from, states)}.`
    ),
  ].join("\n");
}

/** Arrows, one for each pair of states, labelled with all events that lead along it. */
function arrows(rows: readonly HandshakeRow[]): string[] {
  const events = new Map<string, string[]>();
  for (const { state, event, next } of rows) {
    const pair = `    ${state} --> ${next}`;
    events.set(pair, [...events.get(pair) ?? [], event]);
  }
  return [...events].map(([pair, names]) => `${pair}: ${names.join(", ")}`);
}

function inWords(from: readonly string[], states: readonly string[]): string {
  const missing = states.filter((state) => !from.includes(state)).map(quoted);
  if (missing.length === 0) return "each of these states";
  if (missing.length * 2 <= states.length) return `each of these but ${missing.join(", ")}`;
  return from.map(quoted).join(", ");
}

function quoted(state: string): string {
  return `\`${state}\``;
}
