import type { Wording } from "../program/log_line.ts";

/**
 * What whoever runs a program reads in place of its log: sentences where standard error is a
 * terminal, unless the log is asked for. Null: the log.
 */
export async function wordingHere(
  program: "cnapt" | "snapt",
  isVerbose: boolean,
): Promise<Wording | null> {
  if (isVerbose || !Deno.stderr.isTerminal()) return null;
  const { terminalWording } = await import("../program/terminal_words.ts");
  return terminalWording(program, { isAsked: Deno.stdin.isTerminal() });
}
