import type { Verdict } from "../../status/verdict/verdict.ts";
import { folded } from "./text_width.ts";

/** What a terminal has at least. */
export const USUAL_COLUMNS = 80;

/**
 * The verdict, then each problem with what to do about it. `columns`: of the terminal; null: it is
 * none, and who reads the lines there folds them as they like.
 */
export function verdictLines(
  document: { readonly verdict?: Verdict; readonly version: string },
  columns: number | null,
): readonly string[] {
  const { sentence, problems } = document.verdict ?? olderVerdict(document.version);
  const most = columns ?? Number.MAX_SAFE_INTEGER;
  const fold = (text: string, indent: number) =>
    columns === null ? [text] : folded(text, most, indent);
  return [
    ...fold(sentence, 2),
    ...problems.flatMap(({ what, remedy }) => [
      ...(what === sentence ? [] : fold(`! ${what}`, 2)),
      ...fold(`  -> ${remedy}`, 5),
    ]),
  ];
}

/** How wide the terminal is that standard output goes to; null: it is none. */
export function columnsOfOutput(): number | null {
  if (!Deno.stdout.isTerminal()) return null;
  const { columns } = Deno.consoleSize();
  return columns > 0 ? columns : USUAL_COLUMNS;
}

/** What runs is of a version that made none. */
export function olderVerdict(version: string): Verdict {
  const sentence = `What runs is version ${version}, which does not judge itself`;
  return {
    level: "waiting",
    sentence,
    problems: [{ what: sentence, remedy: "start it again to have the newer one" }],
  };
}
