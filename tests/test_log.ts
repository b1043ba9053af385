import { textOf, ToldLog } from "./told_log.ts";

/** A log that keeps all its lines, as `level event {fields}`, with no fields but their own. */
export class TestLog extends ToldLog {
  readonly lines: string[];

  constructor(lines: string[] = []) {
    super(({ level, event, fields }) => lines.push(textOf(level, event, fields)));
    this.lines = lines;
  }

  /** The lines of one level. */
  of(level: "debug" | "info" | "warn" | "error"): readonly string[] {
    return this.lines.filter((line) => line.startsWith(`${level} `));
  }
}
