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
      message: `this is not YAML: ${error.reason}`,
    }]);
  }
}

function lineOf(from: Node, path: readonly (string | number)[]): number {
  let node = from;
  for (const step of path) {
    const children = node.children;
    const isList = Array.isArray(node.value);
    const index = isList ? Number(step) : children.findIndex((child) => child.value === step) + 1;
    const next = isList ? children[index] : index > 0 ? children[index] : undefined;
    if (next === undefined) {
      const key = isList ? undefined : children[index - 1];
      return index > 0 && key !== undefined ? key.line : node.line;
    }
    // A block under its key begins a line later; the key is what people look for.
    node = isList ? next : { ...next, line: children[index - 1]?.line ?? next.line };
  }
  return node.line;
}
