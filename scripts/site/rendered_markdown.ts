/** Markdown as the HTML of a page. */
import { Marked, type Tokens } from "marked";
import { codeBlock } from "./code_block.ts";
import type { Diagram } from "./diagrams.ts";
import { HeadingAnchors } from "./heading_anchors.ts";
import { htmlText, shownText } from "./html_text.ts";
import { relativeLink, siteLink } from "./site_link.ts";
import type { SiteSource } from "./site_sources.ts";

export interface Heading {
  readonly depth: number;
  readonly text: string;
  readonly anchor: string;
}

/** A document that is ready to become a page. */
export interface RenderedDocument {
  /** Where it is in the site. */
  readonly output: string;
  /** Where it comes from; null: it was made. */
  readonly path: string | null;
  readonly title: string;
  /** Without the frame of the page. */
  readonly html: string;
  readonly headings: readonly Heading[];
  /** Pictures that it shows, and files that it leads to, by their paths in the project. */
  readonly files: readonly string[];
}

export interface MarkdownOrder {
  readonly text: string;
  readonly source: SiteSource;
  /** Every document that a link can lead to. */
  readonly sources: readonly SiteSource[];
  /** Its diagrams in their order. */
  readonly diagrams: readonly Diagram[];
  /** All pictures of the project. */
  readonly pictures: ReadonlySet<string>;
}

export function renderMarkdown(order: MarkdownOrder): RenderedDocument {
  const { text, source, sources, diagrams } = order;
  const anchors = new HeadingAnchors();
  const headings: Heading[] = [];
  const files = new Set<string>();
  const waiting = [...diagrams];
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }: Tokens.Heading) {
        const html = this.parser.parseInline(tokens);
        const shown = shownText(html);
        const anchor = anchors.next(shown);
        headings.push({ depth, text: shown, anchor });
        const link = depth === 1 ? "" : ` <a class="anchor" href="#${anchor}" ` +
          `aria-label="Link to ${htmlText(shown)}">#</a>`;
        return `<h${depth} id="${anchor}">${html}${link}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const html = this.parser.parseInline(tokens);
        const link = siteLink(href, source, sources);
        switch (link.kind) {
          case "file":
            files.add(link.path);
            return `<a href="${htmlText(link.href)}">${html}</a>`;
          case "page":
          case "elsewhere":
            return `<a href="${htmlText(link.href)}">${html}</a>`;
          case "source":
            return `<span class="source" title="In the sources: ${
              htmlText(link.path)
            }">${html}</span>`;
        }
      },
      image({ href, text }: Tokens.Image) {
        const link = siteLink(href, source, sources);
        if (link.kind !== "file") {
          throw new TypeError(
            `Cannot show ${href} of ${source.path}: it is no picture of the project`,
          );
        }
        files.add(link.path);
        const shown = `<img src="${htmlText(link.href)}" alt="${htmlText(text)}" loading="lazy">`;
        const dark = link.path.replace(/_light\.png$/, "_dark.png");
        if (dark === link.path || !order.pictures.has(dark)) return shown;
        files.add(dark);
        const darkLink = htmlText(relativeLink(source.output, dark));
        return `<picture><source media="(prefers-color-scheme: dark)" srcset="${darkLink}">` +
          `${shown}</picture>`;
      },
      code({ text, lang }: Tokens.Code) {
        const drawn = lang === "mermaid" ? waiting.shift() : undefined;
        const shown = codeBlock(text, lang ?? "");
        if (drawn === undefined) return shown;
        const { path, alt, width, height } = drawn;
        return `<figure class="diagram"><img src="${relativeLink(source.output, path)}" ` +
          `alt="${htmlText(alt)}" width="${width}" height="${height}" loading="lazy">` +
          `<figcaption><details><summary>As text</summary>${shown}</details></figcaption></figure>\n`;
      },
      codespan({ text }: Tokens.Codespan) {
        return `<code>${withBreaks(htmlText(text))}</code>`;
      },
      html({ text }: Tokens.HTML | Tokens.Tag) {
        // Comments are for those who write; the documents have no other HTML.
        if (/^\s*<!--/.test(text)) return "";
        throw new TypeError(`Cannot make a page of ${source.path}: HTML in it: ${text}`);
      },
    },
  });
  const parsed = marked.parse(text);
  if (typeof parsed !== "string") throw new TypeError("Cannot wait for Markdown");
  const html = parsed.replaceAll("<table>", TABLE_BEGIN).replaceAll("</table>", "</table></div>")
    // A corner that says nothing heads no column.
    .replaceAll("<th></th>", "<td></td>");
  const title = headings.find(({ depth }) => depth === 1)?.text ?? source.path;
  return {
    output: source.output,
    path: source.path,
    title,
    html,
    headings,
    files: [...files],
  };
}

/** The name of a setting is broken between its parts where a line is narrow, not within a word. */
function withBreaks(code: string): string {
  return /^[\w[\].]+$/.test(code) ? code.replaceAll(/\.(?=\w)/g, ".<wbr>") : code;
}

/** Wide tables are scrolled by themselves, with the keyboard too. */
const TABLE_BEGIN = `<div class="table" role="group" aria-label="Table" tabindex="0"><table>`;
