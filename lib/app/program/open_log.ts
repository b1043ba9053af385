import type { LogConfig, LogForm } from "../../config/log_config.ts";
import { Log } from "./log.ts";
import type { LineForm, Wording } from "./log_line.ts";
import { type Asides, standardError } from "./log_output.ts";

/** Who writes: the field `program` of each line in JSON. */
export type LogProgram = "cnapt" | "snapt" | "relay";

/**
 * The log of a program that runs, on standard error: in the form of the configuration, or as JSON
 * whatever that says; for the journal where that is what reads it. `wording`: what is written in
 * place of text.
 */
export function openLog(
  program: LogProgram,
  config: LogConfig,
  isJson: boolean,
  wording: Wording | null = null,
): Log {
  const lineForm = (form: LogForm): LineForm =>
    isJson || form === "json" ? "json" : standardError.form;
  const form = lineForm(config.form);
  const log = Log.open({ level: config.level, form, lineForm, wording, program });
  standardError.speakAs(asidesOf(log));
  return log;
}

/** From now on whatever ends the program is told as JSON, also before its configuration is read. */
export function failAsJson(program: LogProgram): void {
  openLog(program, { form: "json", level: "info" }, true);
}

function asidesOf(log: Log): Asides {
  return {
    lost: (lines, reason) => log.line("warn", "log-lost", { lines, reason }),
    failure: (text) => log.lastWords(text),
  };
}
