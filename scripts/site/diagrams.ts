/** The diagrams of a document, which are texts in mermaid's language, as pictures. */
import { renderMermaidSVG } from "beautiful-mermaid";

export interface Diagram {
  /** In the site. */
  readonly path: string;
  readonly text: string;
  /** What it shows, for those who do not see it. */
  readonly alt: string;
  readonly width: number;
  readonly height: number;
}

/** Follows what the reader prefers, as the pages do; lines do not run through words. */
const LOOK = `svg { --bg: #ffffff; --fg: #1c2330; --muted: #3d4759; background: var(--bg); }
  @media (prefers-color-scheme: dark) {
    svg { --bg: #11151c; --fg: #e4e8ef; --muted: #c3cbd9; }
  }
  text { paint-order: stroke; stroke: var(--bg); stroke-width: 4px; stroke-linejoin: round; }`;

/** Its words are smaller than those of the page. */
const ENLARGED = 1.25;

/** About as wide as the one for which the places of words are reckoned. */
const FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif";

/**
 * @param text the document
 * @param output its page, beside which the pictures are
 */
export function drawnDiagrams(text: string, output: string): readonly Diagram[] {
  let heading = "";
  const diagrams: Diagram[] = [];
  for (const [, title, source] of text.matchAll(/^#+ (.*)$|^```mermaid\n([^]*?)^```$/gm)) {
    if (title !== undefined) heading = title.replaceAll("`", "");
    if (source === undefined) continue;
    const number = diagrams.length + 1;
    const path = output.replace(/\.html$/, `-diagram-${number}.svg`);
    diagrams.push({ path, alt: `Diagram: ${heading}`, ...drawn(source) });
  }
  return diagrams;
}

function drawn(source: string): Pick<Diagram, "text" | "width" | "height"> {
  const svg = renderMermaidSVG(source);
  const [, width, height] = /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  if (width === undefined || height === undefined) throw new TypeError("Cannot draw a diagram");
  const text = svg
    // The font would come from elsewhere.
    .replace(/@import url\([^)]*\);/, "")
    .replace(/(<svg[^>]*) style="[^"]*"/, "$1")
    .replaceAll("'Inter', system-ui, sans-serif", FONT)
    .replace("</style>", `  ${LOOK}\n</style>`);
  return {
    text,
    width: Math.ceil(ENLARGED * Number(width)),
    height: Math.ceil(ENLARGED * Number(height)),
  };
}
