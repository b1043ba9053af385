import type { LogFields, RelayLog } from "../lib/relay/run/relay_log.ts";

/** So many lines are kept, for whoever wants to know why a test failed. */
const KEPT_LINES = 60;

/** One line of a log. */
export interface ToldLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly event: string;
  /** Its own. */
  readonly fields: LogFields;
  /** Those of the logs that it went through, and its own. */
  readonly allFields: LogFields;
}

/** A log that tells of each line, and keeps the last ones. */
export class ToldLog implements RelayLog {
  readonly #told: (line: ToldLine) => void;
  readonly #fields: LogFields;
  readonly #lines: ToldLine[];

  constructor(
    told: (line: ToldLine) => void,
    fields: LogFields = {},
    lines: ToldLine[] = [],
  ) {
    this.#told = told;
    this.#fields = fields;
    this.#lines = lines;
  }

  /** The last lines, as text. */
  get tail(): string {
    return this.#lines.map(({ level, event, allFields }) => textOf(level, event, allFields))
      .join("\n");
  }

  debug(event: string, fields?: LogFields): void {
    this.#add("debug", event, fields);
  }
  info(event: string, fields?: LogFields): void {
    this.#add("info", event, fields);
  }
  warn(event: string, fields?: LogFields): void {
    this.#add("warn", event, fields);
  }
  error(event: string, fields?: LogFields): void {
    this.#add("error", event, fields);
  }
  with(fields: LogFields): ToldLog {
    return new ToldLog(this.#told, { ...this.#fields, ...fields }, this.#lines);
  }

  #add(level: ToldLine["level"], event: string, fields: LogFields = {}): void {
    const line = { level, event, fields, allFields: { ...this.#fields, ...fields } };
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    this.#told(line);
  }
}

/** A line as tests look for it: `level event {fields}`. */
export function textOf(level: ToldLine["level"], event: string, fields: LogFields): string {
  return `${level} ${event} ${JSON.stringify(fields)}`;
}
