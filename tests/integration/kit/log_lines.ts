import type { LineForm } from "../../../lib/app/program/log_line.ts";
import type { LogLevel } from "../../../lib/config/log_config.ts";
import type { LogEvent } from "../../../lib/relay/events/log_event.ts";
import { LOG_EVENTS } from "../../../lib/relay/events/log_events.ts";
import type { Launch } from "./program.ts";

const EVENTS: Readonly<Record<string, LogEvent>> = LOG_EVENTS;
const FIELDS = /^(?: [a-z_]+=(?:"(?:[^"\\]|\\.)*"|[^\s"]+))*$/;
const TEXT = /^\d{4}-\d\d-\d\dT[\d:.]+Z (debug|info|warn|error) ([a-z-]+)(.*)$/;
const JOURNAL = /^<([3467])>([a-z-]+)(.*)$/;
const LEVELS: Readonly<Record<string, LogLevel>> = {
  "3": "error",
  "4": "warn",
  "6": "info",
  "7": "debug",
};
/** Nothing that a terminal obeys, or that is not seen. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** What a line of a program's log says. */
export interface ReadLine {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: readonly string[];
}

/**
 * Reads a line as users' programs would.
 *
 * @throws {Error} it is none of `program` in this form, or one that docs/events.md does not have
 */
export function readLogLine(
  form: LineForm,
  program: LogEvent["by"][number],
  line: string,
): ReadLine {
  const read = form === "json" ? readJson(program, line) : readText(form, line);
  const known = read === null ? undefined : EVENTS[read.event];
  if (read === null || known === undefined || UNPRINTABLE.test(line)) {
    throw new Error(`Cannot read a line of ${program} as ${form}: ${JSON.stringify(line)}`);
  }
  const strange = read.fields.filter((name) => !known.fields.some((one) => one === name));
  if (strange.length > 0 || !known.levels.includes(read.level) || !known.by.includes(program)) {
    throw new Error(
      `Cannot find ${read.level} ${read.event} with ${strange} of ${program}: ${line}`,
    );
  }
  return read;
}

function readText(form: "text" | "journal", line: string): ReadLine | null {
  const [, first = "", event = "", fields = ""] = (form === "text" ? TEXT : JOURNAL).exec(line) ??
    [];
  const level = form === "text" ? first as LogLevel : LEVELS[first];
  if (level === undefined || !FIELDS.test(fields)) return null;
  return {
    level,
    event,
    fields: [...fields.matchAll(/ ([a-z_]+)=/g)].map(([, name = ""]) => name),
  };
}

function readJson(program: string, line: string): ReadLine | null {
  const { ts, level, event, program: by, ...fields } = JSON.parse(line);
  if (typeof ts !== "string" || by !== program || !line.startsWith('{"ts":"')) return null;
  return { level, event, fields: Object.keys(fields) };
}

/** The same program, whose standard error is said to be a stream of the journal. */
export function underJournal(launch: Launch): Launch {
  const script = 'JOURNAL_STREAM=$(stat -Lc %d:%i /proc/self/fd/2) exec "$0" "$@"';
  return (name) => ["sh", "-c", script, ...launch(name)];
}
