import type { LogLevel } from "../../config/log_config.ts";
import type { FieldName } from "./field_names.ts";

/** What is known of an event of the log before it happens; docs/events.md is made of it. */
export interface LogEvent {
  /** At which it is told: more than one where what is new is worth more than what is known. */
  readonly levels: readonly LogLevel[];
  readonly by: readonly ("cnapt" | "snapt" | "relay")[];
  /** In the past tense: what has happened. */
  readonly means: string;
  /** What whoever reads it can do; empty: nothing has to be done. */
  readonly todo: string;
  /** Those that a line may have. */
  readonly fields: readonly FieldName[];
}

/** Events by their names. */
export type LogEvents = Readonly<Record<string, LogEvent>>;
