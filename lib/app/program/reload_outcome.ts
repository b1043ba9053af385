import type { ReloadOutcome } from "./reloads.ts";

/** What an answer of the status endpoint says of a reload; null: it is none. */
export function readOutcome(body: string): ReloadOutcome | null {
  try {
    const outcome: ReloadOutcome = JSON.parse(body);
    return outcome.outcome === "reloaded" || outcome.outcome === "invalid" ? outcome : null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

/** What is shown to people of a reload that was done. */
export function formatReload(
  { applied, needsRestart }: Extract<ReloadOutcome, { outcome: "reloaded" }>,
): readonly string[] {
  const isIdle = applied.length + needsRestart.length === 0;
  return [
    isIdle ? "Reloaded: nothing has changed." : "Reloaded.",
    ...applied,
    ...needsRestart.map((setting) => `${setting}: needs a restart; the old value holds until then`),
  ];
}
