import { htmlText } from "./html_text.ts";
import { relativeLink } from "./site_link.ts";
import { isDecision } from "./navigation.ts";
import type { RenderedDocument } from "./rendered_markdown.ts";
import { DECISIONS } from "./site_sources.ts";

/** The page that lists the decisions, by their numbers. */
export function decisionsPage(documents: readonly RenderedDocument[]): RenderedDocument {
  const decisions = documents.filter(({ path }) => path !== null && isDecision(path));
  const items = decisions.map(({ title, output }) => {
    const [, number = "", what = title] = /^(\d+) (.*)$/.exec(title) ?? [];
    const href = relativeLink(DECISIONS, output);
    return `<li><span class="number">${number}</span> <a href="${href}">${htmlText(what)}</a></li>`;
  });
  return {
    output: DECISIONS,
    path: null,
    title: "Decisions",
    html: `<h1 id="decisions">Decisions</h1>
<p>Why things are as they are: what was decided, what else there was, and what it costs.</p>
<ul class="plain">${items.join("\n")}</ul>
`,
    headings: [{ depth: 1, text: "Decisions", anchor: "decisions" }],
    files: [],
  };
}
