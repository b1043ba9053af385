import type { Verdict } from "../../status/verdict/verdict.ts";
import type { FrameLine, Tone } from "./frame.ts";
import type { FrameSection } from "./fitted_sections.ts";
import { folded } from "./text_width.ts";
import { olderVerdict } from "./verdict_lines.ts";
import type { Seen } from "./watch_source.ts";

/** What a document of either program has. */
interface JudgedDocument {
  readonly verdict?: Verdict;
  readonly version: string;
}

/** The first lines of a live view: how it is, and what to do about it. */
export function verdictSection(
  seen: Seen<JudgedDocument>,
  program: "CNAPT" | "SNAPT",
  columns: number,
): FrameSection {
  if (seen.kind === "gone") {
    const after = seen.document === null ? "" : "; below is what was seen last";
    return headOf("bad", `${program} ${seen.reason}${after}`, [], columns);
  }
  const { verdict, version } = seen.document;
  const { level, sentence, problems } = verdict ?? olderVerdict(version);
  const below = problems.flatMap(({ what, remedy }): readonly FrameLine[] => [
    ...(what === sentence ? [] : toned("plain", folded(`! ${what}`, columns, 2))),
    ...toned("quiet", folded(`  -> ${remedy}`, columns, 5)),
  ]);
  return headOf(level, sentence, below, columns);
}

function headOf(
  tone: Tone,
  sentence: string,
  below: readonly FrameLine[],
  columns: number,
): FrameSection {
  const first = toned(tone, folded(sentence, columns, 2).slice(0, 2));
  return { heading: null, lines: [...first, ...below], least: first.length + 4 };
}

function toned(tone: Tone, lines: readonly string[]): readonly FrameLine[] {
  return lines.map((text) => ({ text, tone }));
}
