/**
 * What stands in the elements of a piece of XML, in their order: enough for what routers write, and
 * nothing that could be made to grow. No entity is expanded but those that XML has by itself.
 */

/** An element without elements in it, or the beginning or end of one that has some. */
export interface XmlPart {
  readonly kind: "begin" | "end" | "text";
  /** In lower case, without a name space. */
  readonly name: string;
  /** Of a `text`. */
  readonly value: string;
}

const TAG = /<(\/?)(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?\/?>/g;
/** Whatever router it is, it has fewer. */
const MAX_PARTS = 10_000;
/** Longer values are none that anybody wants. */
const MAX_VALUE_CHARS = 2_000;

/** `text`: as much as one is ready to look at; it is looked at once, from begin to end. */
export function xmlParts(text: string): readonly XmlPart[] {
  const parts: XmlPart[] = [];
  let open: { readonly name: string; readonly end: number } | null = null;
  for (const match of withoutComments(text).matchAll(TAG)) {
    if (parts.length >= MAX_PARTS) break;
    const [tag, slash = "", written = ""] = match;
    const name = written.toLowerCase();
    const input = match.input;
    if (slash === "/") {
      if (open?.name === name) {
        parts.push({ kind: "text", name, value: plain(input.slice(open.end, match.index)) });
      } else parts.push({ kind: "end", name, value: "" });
      open = null;
      continue;
    }
    if (open !== null) parts.push({ kind: "begin", name: open.name, value: "" });
    open = null;
    if (tag.endsWith("/>")) parts.push({ kind: "text", name, value: "" });
    else open = { name, end: match.index + tag.length };
  }
  return parts;
}

/** The first value of an element of this name, in lower case; null: there is none. */
export function firstText(parts: readonly XmlPart[], name: string): string | null {
  return parts.find((part) => part.kind === "text" && part.name === name)?.value ?? null;
}

function withoutComments(text: string): string {
  let kept = "";
  for (let at = 0;;) {
    const from = text.indexOf("<!--", at);
    if (from < 0) return kept + text.slice(at);
    kept += text.slice(at, from);
    const end = text.indexOf("-->", from);
    if (end < 0) return kept;
    at = end + 3;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function plain(value: string): string {
  return value.slice(0, MAX_VALUE_CHARS).replace(
    /&(amp|lt|gt|quot|apos);/g,
    (_, name: string) => ENTITIES[name] ?? "",
  ).trim();
}

/** A text in XML. */
export function xmlEscaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => {
    const found = Object.entries(ENTITIES).find(([, plain]) => plain === char);
    return `&${found?.[0] ?? "amp"};`;
  });
}
