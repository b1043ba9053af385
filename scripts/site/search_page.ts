import { htmlText } from "./html_text.ts";
import type { Navigation } from "./navigation.ts";
import { renderPage, type SiteScripts } from "./page_layout.ts";
import type { SearchSection } from "./search_sections.ts";

export interface SearchPageOrder {
  readonly sections: readonly Omit<SearchSection, "id">[];
  /** The search itself. */
  readonly script: string;
  readonly navigation: Navigation;
  readonly scripts: SiteScripts;
}

/** The page that searches. It has all sections in it, as a page on the disk can load none. */
export function searchPage({ sections, script, navigation, scripts }: SearchPageOrder): string {
  const numbered = sections.map((section, id) => ({ id, ...section }));
  // As a text within HTML, where only the end of the element counts.
  const data = JSON.stringify(numbered).replaceAll("<", "\\u003c");
  const html = `<h1 id="search">Search</h1>
<div id="without-search"><p>The search needs JavaScript. All pages:</p>
<ul>${
    navigation.groups.flatMap(({ pages }) => pages).map(({ label, output }) =>
      `<li><a href="${output}">${htmlText(label)}</a></li>`
    ).join("")
  }</ul></div>
<p id="search-count" role="status"></p>
<ol id="search-results"></ol>
<script type="application/json" id="search-sections">${data}</script>
`;
  const document = {
    output: "search.html",
    path: null,
    title: "Search",
    html,
    headings: [],
    files: [],
  };
  return renderPage(document, navigation, { ...scripts, own: script });
}
