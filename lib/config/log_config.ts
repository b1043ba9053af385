import { logLevel } from "./common_settings.ts";
import { object, oneOf, optional, type Reader, reader } from "./schema.ts";

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
  form: optional(
    oneOf("text", "json"),
    "text",
    "Lines for people, or JSON, an object on each line. Under systemd, text has a priority for the " +
      "time.",
  ),
  level: optional(logLevel, "info", "What is less than this is left out."),
});

/** `log: debug`, or `log: { form: json, level: debug }`. */
export const logConfig: Reader<LogConfig> = reader(
  { kind: "either", forms: [logLevel.form, mapping.form] },
  (value, at): LogConfig => {
    const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
    return isMapping ? mapping(value, at) : { form: "text", level: logLevel(value, at) };
  },
);

/** Where nothing is said of it. */
const USUAL_LOG: LogConfig = { form: "text", level: "info" };

/** The setting of each program. */
export const log = optional(logConfig, USUAL_LOG, {
  says: "How much is logged; or both that and how.",
  ...{ usual: "info", example: "{ form: json, level: debug }" },
});
