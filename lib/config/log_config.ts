import { logLevel } from "./common_settings.ts";
import { object, oneOf, optional, type Place, type Reader } from "./schema.ts";

/** What is less than this is left out of the log. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** `text` for people, `json` for programs that read it. */
export type LogForm = "text" | "json";

/** How the log is written. */
export interface LogConfig {
  readonly form: LogForm;
  readonly level: LogLevel;
}

const mapping: Reader<LogConfig> = object({
  form: optional(oneOf("text", "json"), "text"),
  level: optional(logLevel, "info"),
});

/** `log: debug`, or `log: { form: json, level: debug }`. */
export function logConfig(value: unknown, at: Place): LogConfig {
  const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMapping ? mapping(value, at) : { form: "text", level: logLevel(value, at) };
}

/** Where nothing is said of it. */
export const USUAL_LOG: LogConfig = { form: "text", level: "info" };
