import type { LogFields, RelayLog } from "../../lib/relay/run/relay_log.ts";

/** So many lines are kept, for whoever wants to know why a world failed. */
const KEPT_LINES = 60;

/** One line of the log of a world. */
export interface SimLogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly event: string;
  readonly fields: LogFields;
}

/** The log of one program of a world: tells of each line, and keeps the last ones. */
export class SimLog implements RelayLog {
  readonly #told: (line: SimLogLine) => void;
  readonly #lines: SimLogLine[] = [];

  constructor(told: (line: SimLogLine) => void) {
    this.#told = told;
  }

  /** The last lines, as text. */
  get tail(): string {
    return this.#lines.map(({ level, event, fields }) =>
      `${level} ${event} ${JSON.stringify(fields)}`
    ).join("\n");
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
  with(): SimLog {
    return this;
  }

  #add(level: SimLogLine["level"], event: string, fields: LogFields = {}): void {
    const line = { level, event, fields };
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    this.#told(line);
  }
}
