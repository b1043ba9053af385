/** What a link of a document becomes in the site. */
import { posix } from "node:path";
import { DECISIONS, type SiteSource } from "./site_sources.ts";

export type SiteLink =
  | { readonly kind: "page"; readonly href: string }
  /** A picture, or what somebody takes from the documents, which lies in the site as well. */
  | { readonly kind: "file"; readonly href: string; readonly path: string }
  | { readonly kind: "elsewhere"; readonly href: string }
  /** A file of the sources that is no page. */
  | { readonly kind: "source"; readonly path: string };

/** @param target as it stands in the document `from` */
export function siteLink(
  target: string,
  from: SiteSource,
  sources: readonly SiteSource[],
): SiteLink {
  if (/^[a-z][a-z\d+.-]*:/.test(target)) return { kind: "elsewhere", href: target };
  const [file = "", hash] = target.split("#", 2);
  const anchor = hash === undefined ? "" : `#${hash}`;
  if (file === "") return { kind: "page", href: anchor };
  const path = posix.join(posix.dirname(from.path), file);
  const page = outputOf(path, sources);
  if (page !== null) return { kind: "page", href: relativeLink(from.output, page) + anchor };
  if (/^docs\/.*\.(png|svg|json|yml|yaml)$/.test(path)) {
    return { kind: "file", href: relativeLink(from.output, path), path };
  }
  return { kind: "source", path };
}

/** From one file of the site to another. */
export function relativeLink(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to);
}

function outputOf(path: string, sources: readonly SiteSource[]): string | null {
  if (path === "docs/decisions/" || path === "docs/decisions") return DECISIONS;
  if (path === "docs/man/" || path === "docs/man") return "docs/man/cnapt.1.html";
  const wanted = [path, posix.join(path, "README.md")];
  return sources.find((source) => wanted.includes(source.path))?.output ?? null;
}
