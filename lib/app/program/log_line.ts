import type { LogLevel } from "../../config/log_config.ts";
import type { EventName } from "../../relay/events/log_events.ts";
import type { LogFields, LogValue } from "../../relay/run/relay_log.ts";
import { printable } from "./printable.ts";

/** `text` as it stands in a file, `journal` for systemd's journal, `json` for programs. */
export type LineForm = "text" | "journal" | "json";

/** What a line of the log says. */
export interface LogEntry {
  readonly time: Date;
  readonly level: LogLevel;
  readonly event: EventName;
  readonly fields: LogFields;
}

/** What is written in place of a line, for people who sit there; null: nothing. */
export type Wording = (entry: LogEntry) => string | null;

/** Priorities of syslog(3), as sd-daemon(3) has them at the beginning of a line. */
const PRIORITIES: Readonly<Record<LogLevel, string>> = {
  debug: "<7>",
  info: "<6>",
  warn: "<4>",
  error: "<3>",
};
/** In JSON these are where they are in each line; others follow as they come. */
const FIRST = ["site", "client", "provider", "from", "to", "reason_code", "reason", "stall_ms"];
/** So many characters of a value are written: a peer says many of them, and the log is bounded. */
const MAX_VALUE = 256;
/** Of a longer one the end is kept too, where our own sentences say why. */
const KEPT_END = 64;
/** What only this program itself says: where a mistake of ours happened. */
const LONG_FIELD = "stack";
const MAX_LONG = 4_096;

/**
 * One line for `entry`:
 *
 *     2026-01-01T00:00:00.000Z info switched site=home from=eth0 to=wlan0
 *     <6>switched site=home from=eth0 to=wlan0
 *     {"ts":"2026-01-01T00:00:00.000Z","level":"info","event":"switched","program":"cnapt",…}
 *
 * Values are quoted where they could be mistaken for something else, clipped where they are long,
 * and escaped where a terminal would obey them, so that no peer can forge, hide or swell a line.
 */
export function logLine(
  form: LineForm,
  program: string,
  { time, level, event, fields }: LogEntry,
): string {
  switch (form) {
    case "json": {
      const head = { ts: time.toISOString(), level, event, program }; // in front, and no field's
      return printable(JSON.stringify({ ...head, ...inOrder(fields), ...head }));
    }
    case "journal":
      return `${PRIORITIES[level]}${[event, ...asText(fields)].join(" ")}`;
    case "text":
      return [time.toISOString(), level, event, ...asText(fields)].join(" ");
  }
}

/** Text of several lines that is no event: an error with which a program ends. */
export function asideLines(form: LineForm, text: string): string {
  if (form !== "journal") return text;
  return text.split("\n").map((line) => `${PRIORITIES.error}${line}`).join("\n");
}

function inOrder(fields: LogFields): Readonly<Record<string, LogValue>> {
  const all = said(fields);
  const first = FIRST.flatMap((name) => all.filter(([own]) => own === name));
  const others = all.filter(([name]) => !FIRST.includes(name));
  return Object.fromEntries([...first, ...others]);
}

/** The same fields, without what no line has room for. */
export function clippedFields(fields: LogFields): LogFields {
  return Object.fromEntries(said(fields));
}

function said(fields: LogFields): readonly (readonly [string, LogValue])[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, clipped(name, value)]]
  );
}

function clipped(name: string, value: LogValue): LogValue {
  if (typeof value !== "string") return value;
  const most = name === LONG_FIELD ? MAX_LONG : MAX_VALUE;
  if (value.length <= most) return value;
  const [head, tail] = [value.slice(0, most - KEPT_END - 1), value.slice(-KEPT_END)];
  // Nobody reads half a character.
  return `${head.replace(/[\ud800-\udbff]$/, "")}…${tail.replace(/^[\udc00-\udfff]/, "")}`;
}

function asText(fields: LogFields): readonly string[] {
  return said(fields).map(([name, value]) => `${name}=${quoted(value)}`);
}

function quoted(value: LogValue): string {
  const text = String(value);
  return /^[\w.:/@%+,[\]-]+$/.test(text) ? text : printable(JSON.stringify(text));
}
