/** What is typed at a live view, as far as it means anything there. */
export type Key =
  | { readonly kind: "leave" }
  | { readonly kind: "up" }
  | { readonly kind: "down" }
  | { readonly kind: "enter" }
  | { readonly kind: "redraw" }
  | { readonly kind: "letter"; readonly letter: string };

const NAMED: Readonly<Record<string, Key>> = {
  "\x1b[A": { kind: "up" },
  "\x1bOA": { kind: "up" },
  "\x1b[B": { kind: "down" },
  "\x1bOB": { kind: "down" },
  "\r": { kind: "enter" },
  "\n": { kind: "enter" },
  "\x03": { kind: "leave" },
  "\x04": { kind: "leave" },
  "\x0c": { kind: "redraw" },
  "\x1b": { kind: "leave" },
  q: { kind: "leave" },
  Q: { kind: "leave" },
  k: { kind: "up" },
  j: { kind: "down" },
};
/** A sequence of a key, or one character. */
// deno-lint-ignore no-control-regex -- terminals send controls
const TYPED = /\x1b[[O][0-?]*[ -/]*[@-~]|\x1b.|[^]/gu;

/** The keys in what was read at once; sequences that mean nothing here are left out. */
export function keysOf(text: string): readonly Key[] {
  return (text.match(TYPED) ?? []).flatMap((typed) => {
    const named = Object.hasOwn(NAMED, typed) ? NAMED[typed] : undefined;
    if (named !== undefined) return [named];
    return /^[a-z0-9]$/i.test(typed) ? [{ kind: "letter", letter: typed.toLowerCase() }] : [];
  });
}
