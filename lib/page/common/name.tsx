import type { JSX } from "hono/jsx/dom/jsx-runtime";
import { shownText } from "./shown_text.ts";

/** A name, an address or a reason of somebody else: by itself, clipped, with all of it as its title. */
export function Name(
  { text, limit }: { readonly text: string; readonly limit?: number },
): JSX.Element {
  const { short, full, isClipped } = shownText(text, limit);
  return <bdi class="name" title={isClipped ? full : undefined}>{short}</bdi>;
}
