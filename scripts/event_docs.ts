/**
 * `deno task docs [--check]`: writes what docs/events.md shows of the events of the log and of their
 * fields. Only what stands between the markers is written. `--check` writes nothing and ends with
 * status 1 if the file is stale.
 */
import { CLIENT_EVENTS } from "../lib/relay/events/client_events.ts";
import { DECISION_EVENTS } from "../lib/relay/events/decision_events.ts";
import { LOG_FIELDS } from "../lib/relay/events/field_names.ts";
import type { LogEvents } from "../lib/relay/events/log_event.ts";
import { NETWORK_EVENTS } from "../lib/relay/events/network_events.ts";
import { OWN_RELAY_EVENTS } from "../lib/relay/events/own_relay_events.ts";
import { PROGRAM_EVENTS } from "../lib/relay/events/program_events.ts";
import { SERVICE_EVENTS } from "../lib/relay/events/service_events.ts";
import { SESSION_EVENTS } from "../lib/relay/events/session_events.ts";
import { withSections, writeSections } from "./generated_sections.ts";

const PAGE = "events.md";

const GROUPS: readonly (readonly [string, LogEvents])[] = [
  ["The programs", PROGRAM_EVENTS],
  ["Who connects, and sessions", SESSION_EVENTS],
  ["What people ask of SNAPT", CLIENT_EVENTS],
  ["Switches and decisions", DECISION_EVENTS],
  ["Networks and ways", NETWORK_EVENTS],
  ["Services and connections", SERVICE_EVENTS],
  ["Routers and relays", OWN_RELAY_EVENTS],
];

/** What stands between the markers of each name. */
function sections(): ReadonlyMap<string, string> {
  const groups = GROUPS.map(([title, events]) => `## ${title}\n\n${tableOf(events)}`);
  return new Map([["events", groups.join("\n\n")], ["fields", fieldTable()]]);
}

function tableOf(events: LogEvents): string {
  const rows = Object.entries(events).map(([name, { levels, by, means, todo, fields }]) => {
    const shownFields = fields.map((field) => `\`${field}\``).join(" ");
    return [`\`${name}\``, levels.join(", "), by.join(", "), means, todo, shownFields];
  });
  return tableText(
    ["event", "level", "program", "what has happened", "what to do", "fields"],
    rows,
  );
}

function fieldTable(): string {
  const rows = Object.entries(LOG_FIELDS).map(([name, meaning]) => [`\`${name}\``, meaning]);
  return tableText(["field", "what it is"], rows);
}

function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/**
 * The text of docs/events.md with its generated sections made anew.
 *
 * @throws {TypeError} the markers of a section are not there, or not in their order
 */
export function withEvents(text: string): string {
  return withSections(PAGE, text, sections());
}

/** Writes or checks the file; returns the exit status. */
export async function writeEvents(args: readonly string[]): Promise<number> {
  return await writeSections(PAGE, sections(), args);
}
