import { standardError } from "./log_output.ts";
import { LogRate } from "./log_rate.ts";
import { printable } from "./printable.ts";
import type { LogFields, RelayLog } from "../../relay/run/relay_log.ts";

/** `lines` for people, `json` for programs that read them. */
export type LogFormat = "lines" | "json";

export type LogLevel = "debug" | "info" | "warn" | "error";

const ORDER: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * The log: one line for each event, on standard error.
 *
 *     2026-01-01T00:00:00.000Z info switched site=home from=eth0 to=wlan0
 *
 * or, as JSON, an object on each line, with the same fields beside `time`, `level` and `event`.
 * Values are quoted when they could be mistaken for something else, so that no peer can forge a
 * line. Secrets never get here: nothing that is logged has them. What repeats without end is folded
 * (`LogRate`), and whoever reads the lines, or does not, neither ends nor delays anything
 * (`LogOutput`).
 */
export class Log implements RelayLog {
  /** One for the whole program. */
  readonly #threshold: { level: LogLevel };
  readonly #fields: LogFields;
  readonly #write: (line: string) => void;
  readonly #rate: LogRate;
  readonly #now: () => number;
  readonly #format: LogFormat;

  constructor(
    level: LogLevel | { level: LogLevel },
    fields: LogFields = {},
    write: (line: string) => void = standardError.line,
    { rate = new LogRate(), now = () => performance.now(), format = "lines" }: {
      /** One for the whole program. */
      readonly rate?: LogRate;
      /** Ms that never go back. */
      readonly now?: () => number;
      readonly format?: LogFormat;
    } = {},
  ) {
    this.#threshold = typeof level === "string" ? { level } : level;
    this.#fields = fields;
    this.#write = write;
    this.#rate = rate;
    this.#now = now;
    this.#format = format;
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
    const shared = { rate: this.#rate, now: this.#now, format: this.#format };
    return new Log(this.#threshold, { ...this.#fields, ...fields }, this.#write, shared);
  }

  /** From now on, here and in all that `with` made of it, what is below `level` is left out. */
  setLevel(level: LogLevel): void {
    this.#threshold.level = level;
  }

  /** Says what was left out, once the minute is over; called from time to time and by each line. */
  tellFolded(): void {
    for (const { event, more, within } of this.#rate.folded(this.#now())) {
      this.#line("info", "repeated", { of: event, more, withinSeconds: within });
    }
  }

  #log(level: LogLevel, event: string, own: LogFields = {}): void {
    if (ORDER[level] < ORDER[this.#threshold.level]) return;
    this.tellFolded();
    const fields = { ...this.#fields, ...own };
    if (this.#rate.admits(event, fields)) this.#line(level, event, fields);
  }

  #line(level: LogLevel, event: string, fields: LogFields): void {
    const time = new Date().toISOString();
    if (this.#format === "json") {
      const head = { time, level, event }; // in front, and no field's
      return this.#write(printable(JSON.stringify({ ...head, ...fields, ...head })));
    }
    const parts = Object.entries(fields).map(([name, value]) => `${name}=${quote(value)}`);
    this.#write([time, level, event, ...parts].join(" "));
  }
}

/** In ms, how often it is looked whether anything was left out of the log. */
export const TELL_FOLDED_MS = 10_000;

function quote(value: string | number | boolean): string {
  const text = String(value);
  return /^[\w.:/@%+,[\]-]+$/.test(text) ? text : printable(JSON.stringify(text));
}
