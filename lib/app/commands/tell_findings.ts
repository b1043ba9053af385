import { type Finding, findingLines } from "../doctor/finding.ts";
import type { ProgramName } from "../places/config_places.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";
import { CommandFailed } from "../program/usage_error.ts";

/**
 * `cnapt doctor`, `snapt doctor`: says what works, what does not, and what to do.
 *
 * @throws {CommandFailed} something fails
 */
export function tellFindings(
  program: ProgramName,
  findings: readonly Finding[],
  isJson: boolean,
): void {
  const failed = findings.filter(({ level }) => level === "fails").length;
  if (isJson) showDocument(`${program}.doctor/1`, { ok: failed === 0, findings }, 2);
  else for (const line of findingLines(findings)) show(line);
  if (failed === 0) return;
  throw new CommandFailed(`${failed} of ${findings.length} things fail: see above`);
}
