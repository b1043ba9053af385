/** The frame of a page: head, policy, navigation, and what stands beside the document. */
import { createHash } from "node:crypto";
import { htmlText } from "./html_text.ts";
import type { Navigation, NavigationPage } from "./navigation.ts";
import type { RenderedDocument } from "./rendered_markdown.ts";
import { relativeLink } from "./site_link.ts";

export interface SiteScripts {
  readonly style: string;
  /** Puts a button to every block of code. */
  readonly copy: string;
  /** Of this page alone. */
  readonly own?: string;
}

/** A picture of two ends and the paths between them, in a colour that is seen on both grounds. */
const ICON = "data:image/svg+xml," + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#3d7de0" ' +
    'stroke-width="1.6"><path d="M3 8C3 1 13 1 13 8"/><path d="M3 8C3 15 13 15 13 8" ' +
    'stroke-dasharray="1.6 1.6"/><circle cx="3" cy="8" r="2" fill="#3d7de0"/>' +
    '<circle cx="13" cy="8" r="2" fill="#3d7de0"/></svg>',
);

export function renderPage(
  document: RenderedDocument,
  navigation: Navigation,
  scripts: SiteScripts,
): string {
  const { output, title, headings } = document;
  const shown = [scripts.copy, scripts.own].filter((script) => script !== undefined);
  const home = relativeLink(output, "index.html");
  const pages = navigation.groups.flatMap((group) => group.pages);
  const tree = navigationHtml(navigation, output);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(scripts.style, shown)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${htmlText(title === "CNAPT and SNAPT" ? title : `${title} · CNAPT and SNAPT`)}</title>
<link rel="icon" href="${ICON}">
<style>${scripts.style}</style>
</head>
<body>
<a class="skip" href="#content">To the text</a>
<header>
<a class="brand" href="${home}"><img src="${ICON}" alt="" width="22" height="22">CNAPT and SNAPT</a>
<form role="search" action="${relativeLink(output, "search.html")}" method="get">
<input type="search" name="q" aria-label="Search the documents" placeholder="Search" autocomplete="off">
<button type="submit">Search</button>
</form>
</header>
<details class="menu"><summary>All pages</summary><nav aria-label="All pages">${tree}</nav></details>
<div class="columns">
<nav class="tree" aria-label="Pages">${tree}</nav>
<main id="content">
${withReaders(document, navigation)}${neighbours(output, pages)}</main>
${outline(headings)}</div>
${shown.map((script) => `<script type="module">${script}</script>`).join("\n")}
</body>
</html>
`;
}

/** Nothing from elsewhere, and no script or style but the ones that are in the page. */
function policy(style: string, scripts: readonly string[]): string {
  return [
    "default-src 'none'",
    // A page on the disk is of no origin that 'self' could name.
    "img-src 'self' file: data:",
    `style-src ${hash(style)}`,
    `script-src ${scripts.map(hash).join(" ")}`,
    "form-action 'self' file:",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

function hash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function navigationHtml({ groups }: Navigation, output: string): string {
  return groups.map(({ title, pages }) => {
    const items = pages.map((page) => `<li>${pageLink(page, output)}</li>`).join("\n");
    return `<p class="group">${htmlText(title)}</p>\n<ul>${items}</ul>`;
  }).join("\n");
}

function pageLink({ label, output }: NavigationPage, from: string): string {
  const current = output === from ? ' aria-current="page"' : "";
  return `<a href="${relativeLink(from, output)}"${current}>${htmlText(label)}</a>`;
}

/** On the first page: where each kind of reader goes on, before it compares. */
function withReaders({ html, output }: RenderedDocument, { readers }: Navigation): string {
  const at = html.search(/<div class="table"|<h2/);
  if (output !== "index.html" || at < 0) return html;
  const cards = readers.map(({ title, text, output }) =>
    `<li><a href="${output}">${htmlText(title)}</a><p>${htmlText(text)}</p></li>`
  ).join("\n");
  return `${html.slice(0, at)}<ul class="readers">${cards}</ul>\n${html.slice(at)}`;
}

function neighbours(output: string, pages: readonly NavigationPage[]): string {
  const at = pages.findIndex((page) => page.output === output);
  if (at < 0) return "";
  const link = (page: NavigationPage | undefined, kind: string) =>
    page === undefined ? "" : `<a class="${kind}" rel="${kind}" ` +
      `href="${relativeLink(output, page.output)}">${htmlText(page.label)}</a>`;
  return `<nav class="neighbours" aria-label="Before and after">${link(pages[at - 1], "prev")}${
    link(pages[at + 1], "next")
  }</nav>\n`;
}

function outline(headings: RenderedDocument["headings"]): string {
  const shown = headings.filter(({ depth }) => depth === 2 || depth === 3);
  if (shown.length < 2) return "";
  const items = shown.map(({ depth, text, anchor }) =>
    `<li class="depth-${depth}"><a href="#${anchor}">${htmlText(text)}</a></li>`
  ).join("\n");
  return `<nav class="outline" aria-label="On this page"><p class="group">On this page</p>
<ul>${items}</ul></nav>
`;
}
