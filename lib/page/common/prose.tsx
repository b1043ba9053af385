import type { JSX } from "hono/jsx/dom/jsx-runtime";
import { shownText } from "./shown_text.ts";

/** A reason may be as long as that until it is clipped. */
const SENTENCE_LETTERS = 280;

export interface ProseProps {
  readonly text: string;
  /** Where nobody else has a say in the text, it may be longer. */
  readonly limit?: number;
}

/** A sentence of the program, with what is to be typed (between backticks) as such. */
export function Prose({ text, limit = SENTENCE_LETTERS }: ProseProps): JSX.Element {
  const { short, full, isClipped } = shownText(text, limit);
  const parts = short.split("`");
  return (
    <bdi class="prose" title={isClipped ? full : undefined}>
      {parts.map((part, at) => {
        // A backtick without its other half is one.
        if (at % 2 === 1 && at < parts.length - 1) return <code key={at}>{part}</code>;
        return at % 2 === 1 ? "`" + part : part;
      })}
    </bdi>
  );
}
