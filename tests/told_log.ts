import type { LogEvent } from "../lib/relay/events/log_event.ts";
import { type EventName, LOG_EVENTS } from "../lib/relay/events/log_events.ts";
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

  /** What is no event of the programs, for tests that want to know what came after what. */
  mark(event: string): void {
    this.#keep({ level: "debug", event, fields: {}, allFields: this.#fields });
  }

  debug(event: EventName, fields?: LogFields): void {
    this.#add("debug", event, fields);
  }
  info(event: EventName, fields?: LogFields): void {
    this.#add("info", event, fields);
  }
  warn(event: EventName, fields?: LogFields): void {
    this.#add("warn", event, fields);
  }
  error(event: EventName, fields?: LogFields): void {
    this.#add("error", event, fields);
  }
  with(fields: LogFields): ToldLog {
    return new ToldLog(this.#told, { ...this.#fields, ...fields }, this.#lines);
  }

  #add(level: ToldLine["level"], event: EventName, fields: LogFields = {}): void {
    const allFields = { ...this.#fields, ...fields };
    assertIsKnown(level, event, allFields);
    this.#keep({ level, event, fields, allFields });
  }

  #keep(line: ToldLine): void {
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    this.#told(line);
  }
}

/** What the compiler does not see: fields that came by way of another object, or of `with`. */
function assertIsKnown(level: ToldLine["level"], event: EventName, fields: LogFields): void {
  const known: LogEvent = LOG_EVENTS[event];
  const strange = Object.keys(fields).filter((name) => !known.fields.some((one) => one === name));
  if (strange.length === 0 && known.levels.includes(level)) return;
  throw new Error(
    `Cannot log ${event} at ${level} with ${strange.join(", ")}: see lib/relay/events`,
  );
}

/** Tells `log` what another one was told. */
export function tellAgain(log: RelayLog, { level, event, fields }: ToldLine): void {
  const tell: Readonly<Record<ToldLine["level"], (event: never, fields?: LogFields) => void>> = log;
  tell[level](event as never, fields);
}

/** A line as tests look for it: `level event {fields}`. */
export function textOf(level: ToldLine["level"], event: string, fields: LogFields): string {
  return `${level} ${event} ${JSON.stringify(fields)}`;
}
