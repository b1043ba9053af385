import { CommandFailed } from "../program/usage_error.ts";
import { failureOf, type ScriptSaid } from "./remote_script.ts";

/** What each step of a script was about to do. */
const STEPS: Readonly<Record<string, string>> = {
  program: "put snapt there",
  foreign: "start the program that was put there, which was taken away again",
  config: "write its configuration",
  service: "let the system start SNAPT",
  start: "start SNAPT",
  invite: "invite this machine",
  remove: "take this machine out of its list",
  end: "end SNAPT",
  removal: "remove the program",
};

/**
 * `task`: what the script was for, as the message says it.
 *
 * @throws {CommandFailed} a step of the script did not succeed; what was said there goes with it
 */
export function expectDone(
  said: ScriptSaid,
  server: string,
  task: "set up" | "leave" = "set up",
): void {
  const failure = failureOf(said);
  if (failure === null) return;
  const { step, words } = failure;
  const what = STEPS[step] ?? "do what was asked";
  const clean = words.replace(/^Cannot /, "cannot ");
  throw new CommandFailed(
    `Cannot ${task} ${server}, it failed to ${what}: ${clean || "nothing was said"}`,
  );
}
