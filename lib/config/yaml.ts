import { type EventType, load, type State, YAMLException } from "js-yaml";
import { ConfigInvalid } from "./config_invalid.ts";

/** A YAML document and the line of each of its fields. */
export interface YamlDocument {
  readonly value: unknown;
  /** Line, from 1, of the field at `path`, or of the nearest field around it. */
  lineOf(path: readonly (string | number)[]): number;
}

interface Node {
  readonly line: number;
  readonly children: Node[];
  value: unknown;
}

/**
 * Reads YAML. This is the only module that knows which library does it.
 *
 * @throws {ConfigInvalid} it is no YAML; with the line
 */
export function parseYaml(text: string, file: string): YamlDocument {
  const root: Node = { line: 1, children: [], value: undefined };
  const open: Node[] = [root];
  const listener = (event: EventType, state: State) => {
    if (event === "open") {
      const node: Node = { line: state.line + 1, children: [], value: undefined };
      open.at(-1)?.children.push(node);
      open.push(node);
      return;
    }
    const node = open.pop();
    if (node !== undefined) node.value = state.result;
  };
  try {
    const value: unknown = load(text, { filename: file, listener });
    return { value, lineOf: (path) => lineOf(root.children[0] ?? root, path) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new ConfigInvalid(file, [{
      path: "",
      line: (error.mark?.line ?? 0) + 1,
      message: `this is not YAML: ${error.reason}${hintFor(text, error)}`,
    }]);
  }
}

/** The library names what stopped it; the mistake that nearly everybody makes is another. */
function hintFor(text: string, error: YAMLException): string {
  const line = text.split("\n")[error.mark?.line ?? 0] ?? "";
  return /:\s+\[[0-9A-Fa-f:.%]*\]:\d/.test(line) ? "; put an address with [ ] in quotes" : "";
}

function lineOf(from: Node, path: readonly (string | number)[]): number {
  let node = from;
  let line = node.line;
  for (const step of path) {
    node = withoutWrapping(node);
    if (Array.isArray(node.value)) {
      const entry = entriesOf(node, node.value)[Number(step)];
      if (entry === undefined || entry === null) return line;
      node = entry;
      line = entry.line;
      continue;
    }
    const found = fieldsOf(node).get(String(step));
    if (found === undefined) return line;
    // A block under its key begins a line later; the key is what people look for.
    line = found.key.line;
    if (found.value === null) return line;
    node = found.value;
  }
  return line;
}

/** A block is read twice by the library, first as what might be a key: a node in a node. */
function withoutWrapping(node: Node): Node {
  const [only] = node.children;
  const isWrapping = node.children.length === 1 && only !== undefined && only.value === node.value;
  return isWrapping ? withoutWrapping(only) : node;
}

/** The entries of a list; one that is empty has no node. */
function entriesOf(list: Node, values: readonly unknown[]): (Node | null)[] {
  let next = 0;
  return values.map((value) => {
    const child = list.children[next];
    if (child === undefined || !Object.is(child.value, value)) return null;
    next++;
    return child;
  });
}

/** The fields of a mapping. Its children are keys and values in turn, but an empty value is none. */
function fieldsOf(mapping: Node): Map<string, { readonly key: Node; readonly value: Node | null }> {
  const content = new Map(
    typeof mapping.value === "object" && mapping.value !== null
      ? Object.entries(mapping.value)
      : [],
  );
  const fields = new Map<string, { key: Node; value: Node | null }>();
  for (let i = 0; i < mapping.children.length; i++) {
    const key = mapping.children[i];
    if (key === undefined) continue;
    const name = String(key.value);
    const next = mapping.children[i + 1];
    const isMerge = name === "<<" && !content.has(name);
    const isValue = next !== undefined && (isMerge || Object.is(next.value, content.get(name)));
    if (isValue) i++;
    if (!isMerge) fields.set(name, { key, value: isValue ? next : null });
  }
  return fields;
}
