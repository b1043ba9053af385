import type { LogFields, RelayLog } from "../../../lib/relay/run/relay_log.ts";

/** So many lines are kept, for whoever wants to know why a world failed. */
const KEPT_LINES = 60;

export interface FieldLogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly event: string;
  readonly fields: LogFields;
}

/** A log that tells of each line with the fields of all that it went through, and keeps the last ones. */
export class FieldLog implements RelayLog {
  readonly #told: (line: FieldLogLine) => void;
  readonly #fields: LogFields;
  readonly #lines: string[];

  constructor(told: (line: FieldLogLine) => void, fields: LogFields = {}, lines: string[] = []) {
    this.#told = told;
    this.#fields = fields;
    this.#lines = lines;
  }

  get tail(): string {
    return this.#lines.join("\n");
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
  with(fields: LogFields): FieldLog {
    return new FieldLog(this.#told, { ...this.#fields, ...fields }, this.#lines);
  }

  #add(level: FieldLogLine["level"], event: string, own: LogFields = {}): void {
    const fields = { ...this.#fields, ...own };
    this.#lines.push(`${level} ${event} ${JSON.stringify(fields)}`);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    this.#told({ level, event, fields });
  }
}
