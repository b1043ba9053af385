import type { CnaptDocument } from "../../status/cnapt_document.ts";

/** Which network a site was on, from when to when, in ms since 1970. */
export interface NetworkSpan {
  /** Empty: none. */
  readonly network: string;
  readonly from: number;
  readonly to: number;
}

/** What is shown: a time on the left and a time on the right, in ms since 1970. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

export const HOUR_MS = 3_600_000;

export type ShownSwitch = Pick<
  CnaptDocument["switches"][number],
  "from" | "to" | "outcome" | "endedAt"
>;

/** Moves so seldom: what is drawn over it stays as it is meanwhile. */
const STEP_MS = 5_000;
const SHORTEST_MS = 60_000;

/** The hour that ends about now, or what there was of it since the program began. */
export function shownRange(now: number, uptimeMs: number): TimeRange {
  const to = Math.ceil(now / STEP_MS) * STEP_MS;
  const begun = Math.floor((now - uptimeMs) / STEP_MS) * STEP_MS;
  return { from: Math.min(Math.max(begun, to - HOUR_MS), to - SHORTEST_MS), to };
}

/**
 * Which network a site was on when, within `range`: `switches` are its own, the oldest first, and
 * `current` is where it is now (empty: nowhere, since `awaySince` if that is known).
 */
export function networkSpans(
  switches: readonly ShownSwitch[],
  { from, to }: TimeRange,
  current: { readonly network: string; readonly awaySince: number | null },
): readonly NetworkSpan[] {
  const moves = switches.filter(({ outcome }) => outcome === "switched")
    .map((one) => ({ ...one, at: Date.parse(one.endedAt) }))
    .filter(({ at }) => at <= to);
  const spans: NetworkSpan[] = [];
  let network = moves[0]?.from ?? current.network;
  let begin = from;
  const until = (end: number, next: string) => {
    const at = Math.min(Math.max(end, begin), to);
    if (at > begin && network !== next) spans.push({ network, from: begin, to: at });
    if (network !== next) begin = at;
    network = next;
  };
  for (const { at, to: next } of moves) until(at, next);
  const { awaySince } = current;
  if (awaySince !== null) until(awaySince, "");
  else if (network !== current.network) until(to, current.network);
  if (to > begin) spans.push({ network, from: begin, to });
  return spans;
}

/** A time's place in a range, from 0 to 1. */
export function placeIn(at: number, { from, to }: TimeRange): number {
  return to <= from ? 0 : Math.min(1, Math.max(0, (at - from) / (to - from)));
}

/** Times below the line: as many as are read without counting, at whole minutes before now. */
export function ticksOf({ from, to }: TimeRange): readonly { at: number; label: string }[] {
  const minutes = (to - from) / 60_000;
  const step = [1, 2, 5, 10, 15].find((one) => minutes / one <= 6) ?? 15;
  const ticks: { at: number; label: string }[] = [{ at: to, label: "now" }];
  for (let ago = step; ago <= minutes; ago += step) {
    ticks.unshift({ at: to - ago * 60_000, label: `${ago} min ago` });
  }
  return ticks;
}
