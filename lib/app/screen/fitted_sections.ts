import { type FrameLine, plain } from "./frame.ts";

/** Lines that belong together. */
export interface FrameSection {
  /** Nothing is shown of a section without lines. */
  readonly heading: FrameLine | null;
  readonly lines: readonly FrameLine[];
  /** So many of its lines are shown before any section has more. */
  readonly least: number;
}

/**
 * The sections in `rows`, those in front first; what has no room is counted in its last line. A
 * blank line stands before each heading where there is room for all of them.
 */
export function fittedSections(
  sections: readonly FrameSection[],
  rows: number,
): readonly FrameLine[] {
  const all = sections.filter(({ lines }) => lines.length > 0);
  const headings = all.filter(({ heading }) => heading !== null).length;
  const needed = all.reduce((sum, { lines }) => sum + lines.length, headings);
  const blanks = needed + headings <= rows ? headings : 0;
  let left = rows - headings - blanks;
  const given = all.map(({ lines, least }) => {
    const count = Math.max(0, Math.min(lines.length, least, left));
    left -= count;
    return count;
  });
  for (const [at, { lines }] of all.entries()) {
    const more = Math.max(0, Math.min(lines.length - (given[at] ?? 0), left));
    given[at] = (given[at] ?? 0) + more;
    left -= more;
  }
  return all.flatMap(({ heading, lines }, at) => [
    ...(heading === null || blanks === 0 ? [] : [plain("")]),
    ...(heading === null ? [] : [heading]),
    ...cutTo(lines, given[at] ?? 0),
  ]).slice(0, Math.max(0, rows));
}

function cutTo(lines: readonly FrameLine[], count: number): readonly FrameLine[] {
  if (lines.length <= count) return lines;
  if (count === 0) return [];
  const more = lines.length - count + 1;
  return [...lines.slice(0, count - 1), { text: `  … ${more} more`, tone: "quiet" }];
}
