import { resolveImport } from "./project_path.ts";

/** The text of a file of the project by its path from the root; null: there is no such file. */
export type ReadSource = (path: string) => string | null;

/** Type-only imports count: a circle of types is a circle of ideas. */
const REFERENCE = /\b(?:from|import)\s*\(?\s*"(\.[^"\n]+)"/g;
/** What is commented out imports nothing. */
const COMMENT = /^\s*(?:\/\*[\s\S]*?\*\/|\/\/.*)/gm;

/** Who imports whom among the files of the project; each file is read once. */
export class ImportGraph {
  readonly #read: ReadSource;
  readonly #imports = new Map<string, readonly string[]>();

  constructor(read: ReadSource) {
    this.#read = read;
  }

  /** The shortest way from `start` over its import `first` back to `start`; null: there is none. */
  circle(start: string, first: string): readonly string[] | null {
    if (first === start) return [start, start];
    const cameFrom = new Map<string, string>([[first, start]]);
    const queue = [first];
    for (const path of queue) {
      for (const next of this.#importsOf(path)) {
        if (next === start) return [...wayTo(path, cameFrom, start), start];
        if (cameFrom.has(next)) continue;
        cameFrom.set(next, path);
        queue.push(next);
      }
    }
    return null;
  }

  #importsOf(path: string): readonly string[] {
    const known = this.#imports.get(path);
    if (known !== undefined) return known;
    const source = this.#read(path) ?? "";
    const found = [...source.replace(COMMENT, "").matchAll(REFERENCE)]
      .map(([, specifier = ""]) => resolveImport(path, specifier));
    this.#imports.set(path, found);
    return found;
  }
}

/** The files from `start` to `end`, both included. */
function wayTo(end: string, cameFrom: ReadonlyMap<string, string>, start: string): string[] {
  const way = [end];
  for (let at = end; at !== start;) {
    at = cameFrom.get(at) ?? start;
    way.unshift(at);
  }
  return way;
}
