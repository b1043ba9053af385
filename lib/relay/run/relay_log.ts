/** Fields of a log line; values are quoted by the log, never interpreted. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** What the relays need of a log; `lib/app` gives them one. */
export interface RelayLog {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  /** A mistake of this program itself. */
  error(event: string, fields?: LogFields): void;
  with(fields: LogFields): RelayLog;
}
