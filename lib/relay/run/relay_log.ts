import type { FieldName } from "../events/field_names.ts";
import type { EventAt, FieldOf } from "../events/log_events.ts";

/** Of a field; quoted and clipped by the log, never interpreted. */
export type LogValue = string | number | boolean;

/** Fields of a log line. */
export type LogFields = Readonly<Partial<Record<FieldName, LogValue>>>;

/** Those that a line of these events may have. */
export type FieldsOf<Name extends EventAt<"debug" | "info" | "warn" | "error">> = Readonly<
  Partial<Record<FieldOf<Name>, LogValue>>
>;

/** What the relays need of a log; `lib/app` gives them one. Events are those of `LOG_EVENTS`. */
export interface RelayLog {
  debug<Name extends EventAt<"debug">>(event: Name, fields?: FieldsOf<Name>): void;
  info<Name extends EventAt<"info">>(event: Name, fields?: FieldsOf<Name>): void;
  warn<Name extends EventAt<"warn">>(event: Name, fields?: FieldsOf<Name>): void;
  /** A mistake of this program itself. */
  error<Name extends EventAt<"error">>(event: Name, fields?: FieldsOf<Name>): void;
  with(fields: LogFields): RelayLog;
}
