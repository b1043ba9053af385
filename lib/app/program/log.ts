import type { LogConfig, LogForm, LogLevel } from "../../config/log_config.ts";
import type { EventAt, EventName } from "../../relay/events/log_events.ts";
import type { FieldsOf, LogFields, RelayLog } from "../../relay/run/relay_log.ts";
import { asideLines, clippedFields, type LineForm, logLine, type Wording } from "./log_line.ts";
import { standardError } from "./log_output.ts";
import { LogRate } from "./log_rate.ts";

const ORDER: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** What all parts of a program's log share. */
interface SharedLog {
  level: LogLevel;
  form: LineForm;
  /** What is written for a form of the configuration, where this program's log goes. */
  readonly lineForm: (form: LogForm) => LineForm;
  /** In place of text, unless everything is to be told; null: text. */
  readonly wording: Wording | null;
  readonly program: string;
  readonly write: (line: string) => void;
  readonly rate: LogRate;
  /** Ms that never go back. */
  readonly now: () => number;
}

/**
 * The log: one line for each event, on standard error (`logLine`). Secrets never get here: nothing
 * that is logged has them. What repeats without end is folded (`LogRate`), and whoever reads the
 * lines, or does not, neither ends nor delays anything (`LogOutput`).
 */
export class Log implements RelayLog {
  readonly #shared: SharedLog;
  readonly #fields: LogFields;

  constructor(shared: SharedLog, fields: LogFields = {}) {
    this.#shared = shared;
    this.#fields = fields;
  }

  /** One that begins; what is not given is as usual. */
  static open(given: Partial<SharedLog>): Log {
    return new Log({
      level: "info",
      form: "text",
      lineForm: (form) => form,
      wording: null,
      program: "",
      write: standardError.line,
      rate: new LogRate(),
      now: () => performance.now(),
      ...given,
    });
  }

  debug<Name extends EventAt<"debug">>(event: Name, fields?: FieldsOf<Name>): void {
    this.#log("debug", event, fields);
  }
  info<Name extends EventAt<"info">>(event: Name, fields?: FieldsOf<Name>): void {
    this.#log("info", event, fields);
  }
  warn<Name extends EventAt<"warn">>(event: Name, fields?: FieldsOf<Name>): void {
    this.#log("warn", event, fields);
  }
  error<Name extends EventAt<"error">>(event: Name, fields?: FieldsOf<Name>): void {
    this.#log("error", event, fields);
  }
  with(fields: LogFields): Log {
    return new Log(this.#shared, { ...this.#fields, ...fields });
  }

  /** From now on, here and in all that `with` made of it, this is how lines are written. */
  use({ level, form }: LogConfig): void {
    this.#shared.level = level;
    this.#shared.form = this.#shared.lineForm(form);
  }

  /** Says what was left out, once the minute is over; called from time to time and by each line. */
  tellFolded(): void {
    const { rate, now } = this.#shared;
    for (const { level, event, more, within, source, sentence } of rate.folded(now())) {
      const fields = { of: event, more, within_s: within, reason: sentence, ...source };
      this.#write(level, "repeated", fields);
    }
  }

  /** A line as it would be written now, for what is told beside the log; empty: none would be. */
  line(level: LogLevel, event: EventName, fields: LogFields): string {
    const { form, program, wording, level: least } = this.#shared;
    const entry = { time: new Date(), level, event, fields };
    if (wording !== null && form === "text" && least !== "debug") {
      return wording({ ...entry, fields: clippedFields(fields) }) ?? "";
    }
    return logLine(form, program, entry);
  }

  /** Why the program ends, which is a line among others only where programs read them. */
  lastWords(text: string): string {
    const { form } = this.#shared;
    return form === "json"
      ? this.line("error", "program-failed", { reason: text })
      : asideLines(form, text);
  }

  #log(level: LogLevel, event: EventName, own: LogFields = {}): void {
    const { level: least, rate } = this.#shared;
    if (ORDER[level] < ORDER[least]) return;
    this.tellFolded();
    const fields = { ...this.#fields, ...own };
    if (rate.admits(level, event, fields)) this.#write(level, event, fields);
  }

  #write(level: LogLevel, event: EventName, fields: LogFields): void {
    const line = this.line(level, event, fields);
    if (line !== "") this.#shared.write(line);
  }
}

/** In ms, how often it is looked whether anything was left out of the log. */
export const TELL_FOLDED_MS = 10_000;
