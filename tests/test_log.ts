import type { LogFields, RelayLog } from "../lib/relay/run/relay_log.ts";

/** A log that keeps its lines, as `level event {fields}`. */
export class TestLog implements RelayLog {
  readonly lines: string[];

  constructor(lines: string[] = []) {
    this.lines = lines;
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
  with(): TestLog {
    return new TestLog(this.lines);
  }

  /** The lines of one level. */
  of(level: "debug" | "info" | "warn" | "error"): readonly string[] {
    return this.lines.filter((line) => line.startsWith(`${level} `));
  }

  #add(level: string, event: string, fields: LogFields = {}): void {
    this.lines.push(`${level} ${event} ${JSON.stringify(fields)}`);
  }
}
