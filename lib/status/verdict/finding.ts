import type { Problem, Verdict } from "./verdict.ts";

export type Level = Verdict["level"];

/** A problem, how much it weighs, and what the sentence about the whole says of it. */
export interface Finding extends Problem {
  readonly level: Level;
  /** A few words: the end of the sentence. */
  readonly brief: string;
}

const WEIGHT: Readonly<Record<Level, number>> = { good: 0, waiting: 1, bad: 2 };

export function worse(one: Level, other: Level): Level {
  return WEIGHT[one] >= WEIGHT[other] ? one : other;
}

/** `sentence` begins with `base`, and ends with `calm` or with the worst that was found. */
export function verdictOf(
  { level, base, calm }: { readonly level: Level; readonly base: string; readonly calm: string },
  findings: readonly Finding[],
): Verdict {
  const worstFirst = findings.toSorted((a, b) => WEIGHT[b.level] - WEIGHT[a.level]);
  const [worst] = worstFirst;
  const rest = findings.length - 1;
  const more = rest < 1 ? "" : ` and ${rest} more ${rest === 1 ? "problem" : "problems"}`;
  const end = worst === undefined ? calm : worst.brief === "" ? "" : `${worst.brief}${more}`;
  return {
    level: findings.reduce((all, one) => worse(all, one.level), level),
    sentence: end === "" ? base : `${base}, ${end}`,
    problems: worstFirst.map(({ what, remedy }) => ({ what, remedy })),
  };
}
