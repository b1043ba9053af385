/** Why a decision came out as it did; stable names for scripts. */
export type ReasonCode =
  | "modeOff"
  | "noSession"
  | "onlyOne"
  | "noAlternative"
  | "best"
  | "chosen"
  | "warning"
  | "critical"
  | "lost"
  | "stopgap"
  | "better"
  | "notStableYet"
  | "onTrial"
  | "probing"
  | "tooSoon"
  | "manual"
  | "needsPerson"
  | "needsCommand";

/** One reason, with a sentence for people. */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
}

/** The sentences of a decision as one text. */
export function reasonsInWords(reasons: readonly Reason[]): string {
  return reasons.map(({ text }) => text).join("; ");
}
