/** What the search looks through: a section of a page, from one heading to the next. */
import { shownText } from "./html_text.ts";
import type { RenderedDocument } from "./rendered_markdown.ts";

export interface SearchSection {
  readonly id: number;
  /** Of the page. */
  readonly title: string;
  readonly heading: string;
  readonly href: string;
  readonly text: string;
}

/** Those of one page; their numbers are given later. */
export function sectionsOf(document: RenderedDocument): readonly Omit<SearchSection, "id">[] {
  const { title, output, html } = document;
  // Before the first heading there is nothing.
  return html.split(/(?=<h[1-6] id=")/).flatMap((part) => {
    const found = /^<h(\d) id="([^"]*)">([^]*?)<\/h\1>/.exec(part);
    if (found === null) return [];
    const [whole, depth, anchor = "", inner = ""] = found;
    const heading = depth === "1" ? "" : withoutAnchor(inner);
    const href = depth === "1" ? output : `${output}#${anchor}`;
    const text = shownText(part.slice(whole.length).replaceAll(/<\/(p|li|td|th|pre|dd|dt)>/g, " "))
      .replaceAll(/\s+/g, " ").trim();
    return [{ title, heading, href, text }];
  });
}

function withoutAnchor(inner: string): string {
  return shownText(inner.replace(/ <a class="anchor"[^]*<\/a>$/, ""));
}
