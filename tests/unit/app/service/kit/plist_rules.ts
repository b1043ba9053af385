/** What launchd.plist(5) says of the keys that a property list of launchd has. */
import type { XmlElement } from "./xml_tree.ts";

const KEYS: Readonly<Record<string, readonly string[]>> = {
  Label: ["string"],
  ProgramArguments: ["array"],
  UserName: ["string"],
  RunAtLoad: ["true", "false"],
  KeepAlive: ["true", "false", "dict"],
  SuccessfulExit: ["true", "false"],
  ExitTimeOut: ["integer"],
  SoftResourceLimits: ["dict"],
  NumberOfFiles: ["integer"],
  Umask: ["integer"],
  StandardOutPath: ["string"],
  StandardErrorPath: ["string"],
};
const NEEDED = ["Label", "ProgramArguments"];

/** What is wrong with it; empty when launchd would take it. */
export function plistProblems(root: XmlElement): readonly string[] {
  const [dict] = root.children;
  if (root.name !== "plist" || root.attributes.get("version") !== "1.0") return ["no plist 1.0"];
  if (dict?.name !== "dict" || root.children.length !== 1) return ["not one dict"];
  const keys = dict.children.filter(({ name }) => name === "key").map(({ text }) => text);
  const missing = NEEDED.filter((key) => !keys.includes(key)).map((key) => `no ${key}`);
  return [...missing, ...dictProblems(dict)];
}

function dictProblems({ children }: XmlElement): readonly string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (let at = 0; at < children.length; at += 2) {
    const [key, value] = [children[at], children[at + 1]];
    if (key?.name !== "key" || value === undefined) {
      return [...problems, "no pairs of key and value"];
    }
    const kinds = KEYS[key.text];
    if (kinds === undefined) problems.push(`${key.text} is not known`);
    else if (!kinds.includes(value.name)) problems.push(`${key.text} is no ${value.name}`);
    if (seen.has(key.text)) problems.push(`${key.text} is there twice`);
    seen.add(key.text);
    problems.push(...valueProblems(key.text, value));
  }
  return problems;
}

function valueProblems(key: string, value: XmlElement): readonly string[] {
  const { name, text, children } = value;
  switch (name) {
    case "dict":
      return dictProblems(value);
    case "array":
      return children.length > 0 && children.every((one) => one.name === "string")
        ? []
        : [`${key} has other things than strings`];
    case "integer":
      return /^\d+$/.test(text) ? [] : [`${key} is no whole number`];
    case "string":
      return text !== "" ? [] : [`${key} is empty`];
    default:
      return [];
  }
}
