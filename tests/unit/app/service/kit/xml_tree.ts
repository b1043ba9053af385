/** A parser of XML that takes what the services are written in, and nothing that is not well-formed. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Of an element without children. */
  readonly text: string;
}

const TOKEN = /<(\/?)([A-Za-z][\w.:-]*)((?:\s+[\w.:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)|(<)/g;
const ATTRIBUTE = /([\w.:-]+)="([^"]*)"/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** @throws {SyntaxError} it is not well-formed */
export function xmlTree(document: string): XmlElement {
  const body = document.replace(/^<\?xml [^?]*\?>\s*(?:<!DOCTYPE [^>]*>\s*)?/, "");
  if (body === document) throw new SyntaxError("Cannot read the XML: it says no version");
  const root = open("", "");
  const stack = [root];
  for (const [, slash, name = "", attributes = "", isEmpty, text, stray] of body.matchAll(TOKEN)) {
    const top = stack.at(-1) ?? root;
    if (stray !== undefined) throw new SyntaxError(`Cannot read the XML: a stray < in ${top.name}`);
    if (text !== undefined) top.text += unescaped(text);
    else if (slash === "/") {
      if (top.name !== name) {
        throw new SyntaxError(`Cannot read the XML: ${top.name} ends as ${name}`);
      }
      stack.pop();
    } else {
      const element = open(name, attributes);
      top.children.push(element);
      if (isEmpty !== "/") stack.push(element);
    }
  }
  const [only] = root.children;
  if (stack.length !== 1 || only === undefined || root.children.length !== 1) {
    throw new SyntaxError("Cannot read the XML: it has not one element with all in it");
  }
  return only;
}

function open(name: string, attributes: string) {
  return {
    name,
    attributes: new Map(
      [...attributes.matchAll(ATTRIBUTE)].map((
        [, key = "", value = ""],
      ) => [key, unescaped(value)]),
    ),
    children: new Array<XmlElement>(),
    text: "",
  };
}

function unescaped(text: string): string {
  return text.replaceAll(/&([^;]*);?/g, (whole, name: string) => {
    const character = ENTITIES[name];
    if (character === undefined) throw new SyntaxError(`Cannot read the XML: ${whole} is nothing`);
    return character;
  });
}
