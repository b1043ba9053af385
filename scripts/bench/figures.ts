/** One line of the table: ours beside a peer, as a ratio. */
export interface Figure {
  readonly measure: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: string;
  readonly theirs: number | null;
  /** Ours divided by theirs; null where there is no peer. */
  readonly ratio: number | null;
  readonly target: string;
  readonly isReached: boolean | null;
}

/** Whether more or less is better, and by how much against the peer. */
export type Target =
  | { readonly kind: "atLeast"; readonly ratio: number }
  | { readonly kind: "atMost"; readonly ratio: number }
  | { readonly kind: "below"; readonly value: number }
  /** For comparison only. */
  | { readonly kind: "none" };

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

export function figure(
  { measure, unit }: Pick<Figure, "measure" | "unit">,
  ours: readonly number[],
  { peer, theirs }: { readonly peer: string; readonly theirs: readonly number[] | null },
  target: Target,
): Figure {
  const own = median(ours);
  const other = theirs === null || theirs.length === 0 ? null : median(theirs);
  const ratio = other === null || !Number.isFinite(other) ? null : own / other;
  return {
    measure,
    unit,
    ours: own,
    peer,
    theirs: other,
    ratio,
    target: describe(target),
    isReached: reaches(target, own, ratio),
  };
}

function describe(target: Target): string {
  switch (target.kind) {
    case "atLeast":
      return `>= ${target.ratio} x`;
    case "atMost":
      return `<= ${target.ratio} x`;
    case "below":
      return `<= ${target.value}`;
    case "none":
      return "";
  }
}

function reaches(target: Target, own: number, ratio: number | null): boolean | null {
  switch (target.kind) {
    case "atLeast":
      return ratio === null ? null : ratio >= target.ratio;
    case "atMost":
      return ratio === null ? null : ratio <= target.ratio;
    case "below":
      return own <= target.value;
    case "none":
      return null;
  }
}

/** The figures as a Markdown table. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((one) => [
    one.measure,
    `${format(one.ours)} ${one.unit}`,
    describePeer(one),
    one.ratio === null || one.theirs === Infinity ? "" : one.ratio.toFixed(2),
    one.target,
    verdict(one),
  ]);
  const heading = ["measure", "ours", "peer", "ratio", "target", ""];
  return [heading, heading.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function verdict({ target, isReached }: Figure): string {
  if (isReached !== null) return isReached ? "reached" : "missed";
  return target === "" ? "" : "not measured";
}

function describePeer({ peer, theirs }: Figure): string {
  if (peer === "") return "";
  return theirs === null ? `${peer}: not measured` : `${peer}: ${format(theirs)}`;
}

function format(value: number): string {
  if (value === Infinity) return "broken";
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}
