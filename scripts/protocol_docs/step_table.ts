import { type HandshakeRow, handshakeRows, handshakeStates, type Role } from "./handshake_row.ts";
import { PATENT_STEPS, patentName, type PatentStep } from "./patent_steps.ts";

/** Rows that differ in nothing but the state in which they apply. */
interface Reaction {
  readonly states: readonly string[];
  readonly row: HandshakeRow;
}

/** The trace: every step of the patent with the rows that realise it. */
export function renderStepTables(): string {
  const parts = (["CNAPT", "SNAPT"] as const).map((role) =>
    [
      `### ${role}`,
      "",
      ...table(
        ["step", "what it asks for", "state", "event", "next state", "actions"],
        PATENT_STEPS.filter((step) => roleOf(step) === role).flatMap((step) => stepLines(step)),
      ),
    ].join("\n")
  );
  return parts.join("\n\n");
}

/** The events that are deliberately without consequence. */
export function renderIgnoredTable(): string {
  const cells = (["CNAPT", "SNAPT"] as const).flatMap((role) =>
    reactions(role, handshakeRows(role).filter((row) => row.ignored !== undefined)).map((
      { states, row },
    ) => [role, stateNames(role, states), code(row.event), row.ignored ?? ""])
  );
  return table(["role", "state", "event", "why"], cells).join("\n");
}

/** Labels in the rows of a role that no step of the patent has. */
export function unknownLabels(): readonly string[] {
  const known = new Set(PATENT_STEPS.map((step) => step.label));
  return (["CNAPT", "SNAPT"] as const).flatMap((role) =>
    handshakeRows(role).flatMap((row) => row.steps)
  ).filter((label) => !known.has(label));
}

/** The rows that realise `step`. */
export function rowsOf(step: PatentStep): readonly HandshakeRow[] {
  return handshakeRows(roleOf(step)).filter((row) => row.steps.includes(step.label));
}

function roleOf(step: PatentStep): Role {
  return step.label.startsWith("C") ? "CNAPT" : "SNAPT";
}

function stepLines(step: PatentStep): string[][] {
  const role = roleOf(step);
  return reactions(role, rowsOf(step)).map(({ states, row }, index) => [
    patentName(step.label),
    index === 0 ? step.does : "",
    stateNames(role, states),
    code(row.event),
    code(row.next),
    row.actions.length === 0 ? "–" : row.actions.map(code).join(", "),
  ]);
}

function reactions(role: Role, rows: readonly HandshakeRow[]): readonly Reaction[] {
  const found = new Map<string, Reaction>();
  for (const row of rows) {
    const { event, next, actions, ignored } = row;
    const key = [role, event, next, ...actions, ignored].join(" ");
    const states = [...found.get(key)?.states ?? [], row.state];
    found.set(key, { states, row });
  }
  return [...found.values()];
}

/** States of one prefix, where all of them are meant, as `overlap…`. */
function stateNames(role: Role, states: readonly string[]): string {
  const names = new Set<string>();
  for (const state of states) {
    const prefix = /^(overlap|strict)/.exec(state)?.[0];
    const isWhole = prefix !== undefined &&
      handshakeStates(role).every((one) => !one.startsWith(prefix) || states.includes(one));
    names.add(code(isWhole ? `${prefix}…` : state));
  }
  return [...names].join(", ");
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...body.map(line)];
}
