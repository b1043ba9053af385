/** What a program ends with, and why: the one table for every command of both programs. */
export const EXITS = {
  done: { code: 0, meaning: "done" },
  failed: { code: 1, meaning: "failed; standard error says why" },
  usage: { code: 2, meaning: "wrong usage of the command line" },
  notRunning: { code: 3, meaning: "the program that is asked does not run" },
  noNetwork: { code: 4, meaning: "no network, or SNAPT is not reached" },
  refused: { code: 5, meaning: "refused: the key is wrong or revoked, or it is not allowed" },
  unanswered: { code: 6, meaning: "the answer was no, or none came in time" },
  configuration: { code: 78, meaning: "the configuration is missing or wrong" },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly meaning: string }>>;

/** Why a program ended. */
export type ExitReason = keyof typeof EXITS;

/** The number that a shell sees. */
export function exitCodeOf(reason: ExitReason): number {
  return EXITS[reason].code;
}

/** The reasons of the table, lowest number first. */
export const EXIT_REASONS: readonly ExitReason[] = [
  "done",
  "failed",
  "usage",
  "notRunning",
  "noNetwork",
  "refused",
  "unanswered",
  "configuration",
];
