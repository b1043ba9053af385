import { openTerminal } from "../../net/terminal.ts";
import { askLine } from "../program/ask_line.ts";
import { standardError } from "../program/log_output.ts";
import { UsageError } from "../program/usage_error.ts";

/**
 * Asks for a code on the terminal, where neither the list of processes nor the history of the shell
 * shows it.
 *
 * @throws {UsageError} nobody sits at a terminal, or nothing was typed
 */
export async function askForCode(): Promise<string> {
  const terminal = openTerminal(standardError.text);
  if (terminal === null) {
    throw new UsageError(
      "Cannot ask for the code: there is no terminal; name it, or `-` to read it from standard input",
    );
  }
  const line = await askLine(terminal, "The code that `snapt invite` printed, or a ticket:");
  if (line === null || line === "") throw new UsageError("Cannot join: no code was typed");
  return line;
}
