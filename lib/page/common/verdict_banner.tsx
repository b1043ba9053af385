import { useEffect, useState } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { Verdict } from "../../status/verdict/verdict.ts";
import { shownText } from "./shown_text.ts";
import { Prose } from "./prose.tsx";

/** Never by colour alone. */
export const LEVELS = {
  good: { sign: "✓", word: "Good" },
  waiting: { sign: "…", word: "Waiting" },
  bad: { sign: "!", word: "Problem" },
} as const;

/** The first thing on a page: one sentence, then what is wrong and what to do. */
export function VerdictBanner(
  { verdict, program }: { readonly verdict: Verdict; readonly program: string },
): JSX.Element {
  const { level, sentence, problems } = verdict;
  const { sign, word } = LEVELS[level];
  const said = useSpoken(verdict);
  useEffect(() => {
    document.title = `${shownText(sentence, 80).short} – ${program}`;
  }, [sentence, program]);
  return (
    <section class={`verdict ${level}`} aria-labelledby="verdict">
      <h1 id="verdict">
        <span class="sign" aria-hidden="true">{sign}</span>
        <span>
          <span class="word">{word}</span> <Prose text={sentence} />
        </span>
      </h1>
      {problems.length === 0 ? null : (
        <ul class="problems">
          {problems.map(({ what, remedy }) => (
            <li key={what}>
              <p>
                <Prose text={what} />
              </p>
              {remedy === "" ? null : (
                <p class="remedy">
                  To do: <Prose text={remedy} />
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
      <p class="unseen" aria-live="polite">{said}</p>
    </section>
  );
}

/** A screen reader says it again when more of it is another than its numbers. */
function useSpoken({ level, sentence }: Verdict): string {
  const [spoken, setSpoken] = useState("");
  const outline = outlineOf(level, sentence);
  useEffect(() => setSpoken(`${LEVELS[level].word}: ${sentence}`), [outline]);
  return spoken;
}

/** The same for sentences that differ in their numbers only. */
export function outlineOf(level: string, sentence: string): string {
  return `${level} ${sentence.replaceAll(/\d+(\.\d+)?/g, "0")}`;
}
