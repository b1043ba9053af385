/** Which documents the site is made from, and where each is in it. */

const ROOT = new URL("../../", import.meta.url);

export interface SiteSource {
  readonly kind: "markdown" | "manPage";
  /** In the project: `docs/home.md`. */
  readonly path: string;
  /** In the site: `docs/home.html`. */
  readonly output: string;
}

/** The page that lists the decisions, which has no document of its own. */
export const DECISIONS = "docs/decisions/index.html";

/** All documents, sorted by their paths. */
export async function siteSources(): Promise<readonly SiteSource[]> {
  const paths = [...await filesIn(""), ...await filesBelow("docs/")].sort();
  return paths.map(sourceOf).filter((source) => source !== null);
}

/** All pictures that documents may show. */
export async function sitePictures(): Promise<ReadonlySet<string>> {
  return new Set((await filesBelow("docs/")).filter((path) => /\.(png|svg)$/.test(path)));
}

function sourceOf(path: string): SiteSource | null {
  if (path === "README.md") return { kind: "markdown", path, output: "index.html" };
  if (path.endsWith(".md")) {
    return { kind: "markdown", path, output: path.replace(/\.md$/, ".html") };
  }
  if (/^docs\/man\/.*\.\d$/.test(path)) return { kind: "manPage", path, output: `${path}.html` };
  return null;
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name, isFile } of Deno.readDir(new URL(folder || ".", ROOT))) {
    if (isFile) found.push(`${folder}${name}`);
  }
  return found;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const found = [...await filesIn(folder)];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    if (isDirectory) found.push(...await filesBelow(`${folder}${name}/`));
  }
  return found;
}
