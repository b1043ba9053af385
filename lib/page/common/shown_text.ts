/**
 * Names and sentences come from other machines, so they may hold anything: control characters,
 * text that turns the direction of what follows, a hundred accents on one letter.
 */

/** A text as it is shown, and all of it, for whoever asks for it. */
export interface ShownText {
  readonly short: string;
  readonly full: string;
  readonly isClipped: boolean;
}

/** What is shown of a name, in letters as people count them. */
export const NAME_LETTERS = 40;
/** An accent is a character too: so many of them make one letter at most. */
const CHARACTERS_PER_LETTER = 8;
/** Longer ones are of no use to anybody, not even as a tooltip. */
const FULL_CHARACTERS = 2_000;

const FIRST_PICTURE = 0x2400;
const DELETE = 0x7f;
const PICTURE_OF_DELETE = 0x2421;
/** Sets the direction of what follows, or is not seen at all. */
const UNSEEN =
  /[\u0080-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

const letters = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Clips to `limit` letters, never within one; what would not be seen becomes visible. */
export function shownText(text: string, limit = NAME_LETTERS): ShownText {
  const full = visible(text.length > FULL_CHARACTERS ? text.slice(0, FULL_CHARACTERS) : text);
  let short = "";
  let count = 0;
  for (const { segment } of letters.segment(full)) {
    if (count === limit) return { short: `${short}…`, full, isClipped: true };
    short += segment.length > CHARACTERS_PER_LETTER && !isEmoji(segment)
      ? segment.slice(0, CHARACTERS_PER_LETTER)
      : segment;
    count += 1;
  }
  return { short, full, isClipped: short !== full };
}

/** Control characters as their pictures, what has no picture as the sign of replacement. */
function visible(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f]/g, (character) => {
    const code = character.charCodeAt(0);
    return String.fromCharCode(code === DELETE ? PICTURE_OF_DELETE : FIRST_PICTURE + code);
  }).replaceAll(UNSEEN, "\ufffd").toWellFormed();
}

/** A family of five is longer than eight characters, and one letter. */
function isEmoji(letter: string): boolean {
  return /^\p{Extended_Pictographic}/u.test(letter) && letter.length <= 4 * CHARACTERS_PER_LETTER;
}
