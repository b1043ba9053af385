/**
 * `deno task site [--output DIR]`: makes the documents a site of static files, in `dist/site`.
 *
 * README, the other documents of the project's folder, `docs/` with its decisions and its man pages
 * become pages with navigation and search. They are read from any web server and from the disk,
 * load nothing from elsewhere, and need a script for the search and for copying only; each page
 * names the hashes of its scripts and lets no other run. The same sources give the same bytes.
 *
 * Three packages help: `marked` reads Markdown as GitHub does and needs no other (`markdown-it` needs
 * six); `minisearch` searches in the browser, with typing mistakes and beginnings of words, and makes
 * its index when the page of the search is opened (lunr and pagefind want theirs made before, and
 * pagefind's cannot be read from the disk); `beautiful-mermaid` draws mermaid's diagrams without a
 * browser, which mermaid itself needs.
 */
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { bundledScript } from "./site/bundled_script.ts";
import { decisionsPage } from "./site/decisions_page.ts";
import { type Diagram, drawnDiagrams } from "./site/diagrams.ts";
import { type Navigation, navigationOf } from "./site/navigation.ts";
import { renderPage, type SiteScripts } from "./site/page_layout.ts";
import { type RenderedDocument, renderMarkdown } from "./site/rendered_markdown.ts";
import { renderManPage } from "./site/rendered_man_page.ts";
import { searchPage } from "./site/search_page.ts";
import { sectionsOf } from "./site/search_sections.ts";
import { sitePictures, type SiteSource, siteSources } from "./site/site_sources.ts";

const ROOT = new URL("../", import.meta.url);

/** What a site is made of: each file by its path in it. */
export type SiteFiles = ReadonlyMap<string, string | Uint8Array>;

interface SiteDocument extends RenderedDocument {
  readonly diagrams: readonly Diagram[];
}

/** Makes all files of the site, and writes none. */
export async function makeSite(): Promise<SiteFiles> {
  const sources = await siteSources();
  const pictures = await sitePictures();
  const documents: SiteDocument[] = await Promise.all(
    sources.map((source) => rendered(source, sources, pictures)),
  );
  documents.push({ ...decisionsPage(documents), diagrams: [] });
  const navigation = navigationOf(documents);
  const scripts = await siteScripts();
  const files = new Map<string, string | Uint8Array>();
  for (const document of documents) {
    files.set(document.output, renderPage(document, navigation, scripts));
    for (const path of document.files) {
      files.set(path, await Deno.readFile(new URL(path, ROOT)));
    }
    for (const { path, text } of document.diagrams) files.set(path, text);
  }
  files.set("search.html", await search(documents, navigation, scripts));
  return files;
}

async function rendered(
  source: SiteSource,
  sources: readonly SiteSource[],
  pictures: ReadonlySet<string>,
): Promise<SiteDocument> {
  const text = await Deno.readTextFile(new URL(source.path, ROOT));
  switch (source.kind) {
    case "markdown": {
      const diagrams = drawnDiagrams(text, source.output);
      return { ...renderMarkdown({ text, source, sources, diagrams, pictures }), diagrams };
    }
    case "manPage":
      return { ...renderManPage(text, source, sources), diagrams: [] };
  }
}

async function siteScripts(): Promise<SiteScripts> {
  return {
    style: await Deno.readTextFile(new URL("site/browser/site.css", import.meta.url)),
    copy: await bundledScript("scripts/site/browser/copy.js"),
  };
}

async function search(
  documents: readonly RenderedDocument[],
  navigation: Navigation,
  scripts: SiteScripts,
): Promise<string> {
  const sections = documents.flatMap(sectionsOf);
  const script = await bundledScript("scripts/site/browser/search.js");
  return searchPage({ sections, script, navigation, scripts });
}

/** Writes them into a folder; what an earlier site had there and this one has not is removed. */
export async function writeSite(files: SiteFiles, folder: string): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  for (const [path, content] of files) {
    const file = `${folder}/${path}`;
    await Deno.mkdir(dirname(file), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(file, content);
    else await Deno.writeFile(file, content);
  }
}

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { output: { type: "string", default: "dist/site" } },
  });
  const files = await makeSite();
  await writeSite(files, values.output);
  console.log(`made ${values.output}/index.html and ${files.size - 1} more files`);
}

if (import.meta.main) await main(Deno.args);
