/**
 * `deno task docs [--check]`: writes what docs/events.md shows of the events of the log and of their
 * fields. Only what stands between the markers is written. `--check` writes nothing and ends with
 * status 1 if the file is stale.
 */
import { parseArgs } from "node:util";
import { CLIENT_EVENTS } from "../lib/relay/events/client_events.ts";
import { DECISION_EVENTS } from "../lib/relay/events/decision_events.ts";
import { LOG_FIELDS } from "../lib/relay/events/field_names.ts";
import type { LogEvents } from "../lib/relay/events/log_event.ts";
import { NETWORK_EVENTS } from "../lib/relay/events/network_events.ts";
import { OWN_RELAY_EVENTS } from "../lib/relay/events/own_relay_events.ts";
import { PROGRAM_EVENTS } from "../lib/relay/events/program_events.ts";
import { SERVICE_EVENTS } from "../lib/relay/events/service_events.ts";
import { SESSION_EVENTS } from "../lib/relay/events/session_events.ts";

const FILE = new URL("../docs/events.md", import.meta.url);

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
  let result = text;
  for (const [name, content] of sections()) {
    const begin = `<!-- generated ${name}: deno task docs -->\n<!-- deno-fmt-ignore-start -->\n`;
    const end = `\n<!-- deno-fmt-ignore-end -->\n<!-- end of ${name} -->`;
    const from = result.indexOf(begin);
    const to = result.indexOf(end, from);
    if (from < 0 || to < 0) {
      throw new TypeError(`Cannot generate ${name}: docs/events.md lacks its markers`);
    }
    result = `${result.slice(0, from)}${begin}\n${content}\n${result.slice(to)}`;
  }
  return result;
}

/** Writes or checks the file; returns the exit status. */
export async function writeEvents(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { check: { type: "boolean", default: false } },
  });
  const current = await Deno.readTextFile(FILE);
  const wanted = withEvents(current);
  if (current === wanted) {
    console.log("docs/events.md shows the events as they are");
    return 0;
  }
  if (values.check) {
    console.error(
      "Cannot accept docs/events.md: lib/relay/events says something else; run " +
        "`npx -y deno@2.9.4 task docs`",
    );
    return 1;
  }
  await Deno.writeTextFile(FILE, wanted);
  console.log("wrote docs/events.md");
  return 0;
}
