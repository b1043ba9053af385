import { openTerminal, type Terminal } from "../../net/terminal.ts";
import { standardError } from "./log_output.ts";
import { printable } from "./printable.ts";

/** Longer is no answer to anything. */
const MOST_CHARS = 4_096;

/** The terminal that questions go to; null: nobody sits at one. */
export function questionTerminal(): Terminal | null {
  return openTerminal(standardError.text);
}

/** Puts a question to whoever sits at the terminal; the line that was typed, null when none comes. */
export async function askLine(
  terminal: Pick<Terminal, "read" | "write">,
  question: string,
): Promise<string | null> {
  terminal.write(`${printable(question)} `);
  let typed = "";
  while (!typed.includes("\n") && typed.length < MOST_CHARS) {
    const text = await terminal.read();
    if (text === null) return typed === "" ? null : typed.trim();
    typed += text;
  }
  return typed.trim();
}

/** Whether the answer is yes; Enter alone is a yes. */
export async function askYes(
  terminal: Pick<Terminal, "read" | "write">,
  question: string,
): Promise<boolean> {
  return /^(?:y|yes)?$/i.test(await askLine(terminal, `${question} [Y/n]`) ?? "no");
}
