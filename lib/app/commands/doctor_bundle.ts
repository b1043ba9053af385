import { IdentityInvalid } from "../../config/identity.ts";
import { writeNewFile } from "../../config/new_file.ts";
import { reportText } from "../doctor/bug_report.ts";
import type { Examined } from "../doctor/examined.ts";
import { findingLines } from "../doctor/finding.ts";
import type { ProgramName } from "../places/config_places.ts";
import { askYes, questionTerminal } from "../program/ask_line.ts";
import { readConfigFile } from "../program/load_config.ts";
import { showDocument } from "../documents/show_document.ts";
import { show, showAside, showLines } from "../program/show.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import { versionLine } from "../program/version.ts";

/**
 * `doctor --bundle`: one file for a bug report, shown before it is written.
 *
 * @throws {UsageError} nobody can be asked, and --yes was not given
 * @throws {CommandFailed} the answer was no, or the file cannot be written
 */
export async function writeBundle(
  program: { readonly name: ProgramName; readonly commit: string },
  { configFile, findings, status }: Examined,
  { file, isYes, isJson }: {
    readonly file: string;
    readonly isYes: boolean;
    readonly isJson: boolean;
  },
): Promise<void> {
  const terminal = isYes ? null : questionTerminal();
  if (!isYes && terminal === null) {
    throw new UsageError(
      "Cannot ask whether the report is to be written: this is no terminal; --yes writes it",
    );
  }
  const text = reportText([
    { title: "versions", text: versions(program) },
    { title: "configuration", text: await readConfigFile(configFile) },
    { title: "findings", text: findingLines(findings).join("\n") },
    { title: "status", text: await statusOf(status) },
    {
      title: "log",
      text: `What ${program.name} said on standard error is not in here: add what you can.`,
    },
  ]);
  if (terminal !== null) {
    if (!isJson) showLines(text);
    else for (const line of text.split("\n")) showAside(line);
    if (!await askYes(terminal, `Write this to ${file}?`)) {
      throw new CommandFailed(`Cannot write ${file}: the answer was no`, { exit: "unanswered" });
    }
  }
  try {
    await writeNewFile(file, text);
  } catch (cause) {
    const detail = cause instanceof Deno.errors.AlreadyExists
      ? "there is such a file already"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new CommandFailed(`Cannot write ${file}: ${detail}`, { cause });
  }
  if (isJson) return showDocument(`${program.name}.bundle/1`, { file });
  show(`Wrote ${file}.`);
  showAside("Keys, tickets, commands and passwords were taken out; read it before you send it.");
}

function versions({ name, commit }: Parameters<typeof writeBundle>[0]): string {
  const version = versionLine(name, commit);
  return `${version}\n${Deno.build.os} ${Deno.osRelease()}`;
}

async function statusOf(status: Examined["status"]): Promise<string> {
  try {
    return JSON.stringify(JSON.parse(await status()), null, 1);
  } catch (error) {
    if (error instanceof CommandFailed || error instanceof IdentityInvalid) return error.message;
    throw error;
  }
}
