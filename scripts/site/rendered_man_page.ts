/** Man pages as HTML: the macros of mdoc(7) that `lib/app/manual` writes, and no others. */
import { HeadingAnchors } from "./heading_anchors.ts";
import { htmlText, shownText } from "./html_text.ts";
import type { Heading, RenderedDocument } from "./rendered_markdown.ts";
import { relativeLink } from "./site_link.ts";
import type { SiteSource } from "./site_sources.ts";

/** The macros within a line, and what they make of their words. */
const INLINE: Readonly<Record<string, (text: string) => string>> = {
  Ar: (text) => `<var>${text}</var>`,
  Fl: (text) => `<code>-${text}</code>`,
  Ic: (text) => `<code>${text}</code>`,
  Pa: (text) => `<code>${text}</code>`,
  Ev: (text) => `<code>${text}</code>`,
  Pq: (text) => `<span class="default">(${text})</span>`,
};

/** @throws {TypeError} it has a macro that is not known here */
export function renderManPage(
  text: string,
  source: SiteSource,
  sources: readonly SiteSource[],
): RenderedDocument {
  const page = new ManPage(source, sources);
  for (const line of text.split("\n")) page.add(line);
  const [, name = "", section = ""] = /([^/]+)\.(\d)$/.exec(source.path) ?? [];
  const title = `${name}(${section})`;
  const headings = [{ depth: 1, text: title, anchor: "page" }, ...page.headings];
  const html = `<h1 id="page">${title}</h1>\n${page.html()}`;
  return { output: source.output, path: source.path, title, html, headings, files: [] };
}

class ManPage {
  readonly headings: Heading[] = [];
  readonly #source: SiteSource;
  readonly #sources: readonly SiteSource[];
  readonly #anchors = new HeadingAnchors();
  readonly #html: string[] = [];
  #paragraph: string[] = [];

  constructor(source: SiteSource, sources: readonly SiteSource[]) {
    this.#source = source;
    this.#sources = sources;
  }

  html(): string {
    this.#endParagraph();
    return this.#html.join("\n").replaceAll(
      /<dd>\s*<p>([^]*?)<\/p>\s*(?=<dt>|<\/dl>)/g,
      "<dd>$1</dd>",
    );
  }

  add(line: string): void {
    if (line === "" || line.startsWith('.\\"')) return;
    if (!line.startsWith(".")) return void this.#paragraph.push(inText(line));
    const [macro = "", ...words] = wordsOf(line.slice(1));
    switch (macro) {
      case "Dd":
      case "Dt":
      case "Os":
        return;
      case "Sh":
        return this.#heading(2, inSentenceCase(words.join(" ")));
      case "Ss":
        return this.#heading(3, words.join(" "));
      case "Nm":
        return void this.#paragraph.push(`<b>${htmlText(words.join(" "))}</b>`);
      case "Nd":
        return void this.#paragraph.push(`– ${htmlText(words.join(" "))}`);
      case "Op":
        return void this.#paragraph.push(`[${inLine(words)}]`);
      case "Pp":
        return this.#endParagraph();
      case "Bl":
        return this.#block("<dl>");
      case "El":
        return this.#block("</dl>");
      case "It":
        return this.#block(`<dt>${inLine(words)}</dt><dd>`);
      case "Dl":
        return this.#block(
          `<div class="code"><pre tabindex="0"><code>${
            htmlText(words.join(" "))
          }\n</code></pre></div>`,
        );
      case "Xr":
        return void this.#paragraph.push(this.#reference(words));
      default:
        throw new TypeError(`Cannot read ${this.#source.path}: an unknown macro, ${line}`);
    }
  }

  #heading(depth: number, text: string): void {
    const anchor = this.#anchors.next(text);
    this.headings.push({ depth, text, anchor });
    this.#block(
      `<h${depth} id="${anchor}">${htmlText(text)} <a class="anchor" href="#${anchor}" ` +
        `aria-label="Link to ${htmlText(text)}">#</a></h${depth}>`,
    );
  }

  #block(html: string): void {
    this.#endParagraph();
    this.#html.push(html);
  }

  #endParagraph(): void {
    if (this.#paragraph.length > 0) this.#html.push(`<p>${this.#paragraph.join(" ")}</p>`);
    this.#paragraph = [];
  }

  #reference([name = "", section = "", after = ""]: readonly string[]): string {
    const shown = `${htmlText(name)}(${htmlText(section)})`;
    const path = `docs/man/${name}.${section}`;
    const page = this.#sources.find((one) => one.path === path);
    if (page === undefined) return shown + after;
    return `<a href="${relativeLink(this.#source.output, page.output)}">${shown}</a>${after}`;
  }
}

/** The words of a macro's line; those in quotation marks are one. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"]|"")*)"|(\S+)/g)].map(([, quoted, word = ""]) =>
    plain(quoted === undefined ? word : quoted.replaceAll('""', '"'))
  );
}

/** Words with macros between them, each of which is for the words up to the next. */
function inLine(words: readonly string[]): string {
  const shown: string[] = [];
  let made = (text: string) => text;
  for (const word of words) {
    const macro = INLINE[word];
    if (macro === undefined) shown.push(made(htmlText(word)));
    else made = macro;
  }
  return shown.join(" ");
}

function inText(line: string): string {
  return htmlText(line).replaceAll(/\\fB(.*?)\\fR/g, "<code>$1</code>").replaceAll("\\&amp;", "")
    .replaceAll("\\e", "\\");
}

function plain(word: string): string {
  return word.replaceAll("\\&", "").replaceAll("\\e", "\\");
}

/** Capitals are for terminals; shouted headings are hard to read. */
function inSentenceCase(text: string): string {
  const lower = shownText(text).toLowerCase();
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}
