import { printable } from "./printable.ts";
import type { LogFields, RelayLog } from "../../relay/run/relay_log.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

const ORDER: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * The log: one line for each event, on standard error.
 *
 *     2026-01-01T00:00:00.000Z info switched site=home from=eth0 to=wlan0
 *
 * Values are quoted when they could be mistaken for something else, so that no peer can forge a
 * line. Secrets never get here: nothing that is logged has them.
 */
export class Log implements RelayLog {
  readonly #level: LogLevel;
  readonly #fields: LogFields;
  readonly #write: (line: string) => void;

  constructor(
    level: LogLevel,
    fields: LogFields = {},
    write: (line: string) => void = (line) => console.error(line),
  ) {
    this.#level = level;
    this.#fields = fields;
    this.#write = write;
  }

  debug(event: string, fields?: LogFields): void {
    this.#log("debug", event, fields);
  }
  info(event: string, fields?: LogFields): void {
    this.#log("info", event, fields);
  }
  warn(event: string, fields?: LogFields): void {
    this.#log("warn", event, fields);
  }
  error(event: string, fields?: LogFields): void {
    this.#log("error", event, fields);
  }
  with(fields: LogFields): Log {
    return new Log(this.#level, { ...this.#fields, ...fields }, this.#write);
  }

  #log(level: LogLevel, event: string, fields: LogFields = {}): void {
    if (ORDER[level] < ORDER[this.#level]) return;
    const parts = Object.entries({ ...this.#fields, ...fields })
      .map(([name, value]) => `${name}=${quote(value)}`);
    this.#write([new Date().toISOString(), level, event, ...parts].join(" "));
  }
}

function quote(value: string | number | boolean): string {
  const text = String(value);
  return /^[\w.:/@%+,[\]-]+$/.test(text) ? text : printable(JSON.stringify(text));
}
