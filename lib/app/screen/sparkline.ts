const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
/** What is not known. */
const GAP = " ";

/**
 * The last `columns` values as bars, the newest at the right end; the highest bar is the largest
 * value, or `atLeast` where all are below it, so that what hardly changes looks even.
 */
export function sparkline(
  values: readonly (number | null)[],
  columns: number,
  atLeast: number,
): string {
  const shown = columns < 1 ? [] : values.slice(-columns);
  const most = Math.max(atLeast, ...shown.map((value) => value ?? 0));
  const bars = shown.map((value) =>
    value === null ? GAP : BARS[Math.min(7, Math.floor(8 * value / most))] ?? GAP
  );
  return bars.join("").padStart(columns, GAP);
}
