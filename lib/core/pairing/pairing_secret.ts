/**
 * The secret of a code as people see it: 128 bits and three check symbols in base32, 29 characters
 * in groups, `FE98K-QYR2Q-B2QWB-54SA8-WEW7Y-AA70`.
 */
import { LocalMisuse } from "../local_misuse.ts";
import { bytesOf, characterOf, symbolOf, symbolsOf } from "./base32.ts";
import { CHECK_SYMBOLS, doubtOf, withCheckSymbols } from "./check_symbols.ts";
import { unreachable } from "../exhaustive.ts";

export const PAIRING_SECRET_BYTES = 16;
const GROUP_CHARS = 5;
const WORD_CHARS = Math.ceil(PAIRING_SECRET_BYTES * 8 / 5) + CHECK_SYMBOLS;
const GROUPS = Math.ceil(WORD_CHARS / GROUP_CHARS);
const NUMERALS = ["first", "second", "third", "fourth", "fifth", "sixth"] as const;

/** What people type between the groups, and what programs make of it. */
const SEPARATORS = /[\s\-_.‐‑‒–—−]+/;

/** What was typed is no code; says which group is wrong, and never quotes it. */
export class CodeMistyped extends Error {
  override readonly name = "CodeMistyped";
  /** The groups that may be wrong, counted from 1; empty: any. */
  readonly groups: readonly number[];

  constructor(message: string, groups: readonly number[] = []) {
    super(message);
    this.groups = groups;
  }
}

/**
 * The groups of a secret.
 *
 * @throws {LocalMisuse} it has not `PAIRING_SECRET_BYTES`
 */
export function formatSecret(secret: Uint8Array): string {
  if (secret.length !== PAIRING_SECRET_BYTES) {
    throw new LocalMisuse(`Cannot write a code: its secret has ${secret.length} bytes`);
  }
  const word = withCheckSymbols(symbolsOf(secret)).map(characterOf).join("");
  return Array.from(
    { length: GROUPS },
    (_, group) => word.slice(group * GROUP_CHARS, (group + 1) * GROUP_CHARS),
  ).join("-");
}

/**
 * Reads the groups as people type them: in lower case, O for 0, I or L for 1, without dashes, with
 * spaces.
 *
 * @throws {CodeMistyped} these are none
 */
export function parseSecret(text: string): Uint8Array<ArrayBuffer> {
  const typed = text.trim().split(SEPARATORS).filter((group) => group !== "");
  const characters = [...typed.join("")];
  const groupAt = groupOfPlace(typed);
  const word = characters.map((character, place) => {
    const symbol = symbolOf(character);
    if (symbol !== null) return symbol;
    const group = groupAt(place);
    throw new CodeMistyped(
      `the ${nameOf(group)} group has a character that no code has: ${character}`,
      [group],
    );
  });
  if (word.length !== WORD_CHARS) throw wrongLength(typed, word.length);
  checkWord(word);
  const secret = bytesOf(word.slice(0, -CHECK_SYMBOLS));
  if (secret !== null) return secret;
  throw new CodeMistyped("it is a code of another version: a newer cnapt is needed");
}

function wrongLength(typed: readonly string[], count: number): CodeMistyped {
  const wrong = typed.flatMap((group, at) => group.length === lengthOf(at) ? [] : [at + 1]);
  const [group] = wrong;
  if (typed.length === GROUPS && wrong.length === 1 && group !== undefined) {
    const [has, wants] = [typed[group - 1]?.length ?? 0, lengthOf(group - 1)];
    return new CodeMistyped(
      `the ${nameOf(group)} group has ${has} characters, and should have ${wants}`,
      wrong,
    );
  }
  return new CodeMistyped(
    `behind the address it has ${count} characters, and should have ${WORD_CHARS}: five groups ` +
      `of ${GROUP_CHARS} and one of ${lengthOf(GROUPS - 1)}`,
  );
}

function lengthOf(group: number): number {
  return Math.min(GROUP_CHARS, WORD_CHARS - group * GROUP_CHARS);
}

/** @throws {CodeMistyped} some characters are wrong */
function checkWord(word: readonly number[]): void {
  const doubt = doubtOf(word);
  switch (doubt.kind) {
    case "none":
      return;
    case "one": {
      const group = groupOf(doubt.place);
      throw new CodeMistyped(`a character of the ${nameOf(group)} group is wrong`, [group]);
    }
    case "exchanged": {
      const groups = [...new Set([doubt.place, doubt.place + 1].map(groupOf))];
      throw new CodeMistyped(`two characters of ${listed(groups, "and")} are exchanged`, groups);
    }
    case "several": {
      const within = doubt.pairs.filter(([a, b]) => groupOf(a) === groupOf(b));
      const groups = [...new Set(within.map(([place]) => groupOf(place)))];
      if (groups.length === 0) {
        throw new CodeMistyped("characters of several groups are wrong: compare each group");
      }
      throw new CodeMistyped(
        `several characters are wrong; compare ${listed(groups, "or")} first`,
        groups,
      );
    }
    default:
      unreachable(doubt);
  }
}

/** The group of a character among those that were typed, which may have lost some. */
function groupOfPlace(typed: readonly string[]): (place: number) => number {
  if (typed.length !== GROUPS) return (place) => Math.min(groupOf(place), GROUPS);
  return (place) => {
    let end = 0;
    return typed.findIndex((group) => (end += [...group].length) > place) + 1;
  };
}

function groupOf(place: number): number {
  return Math.floor(place / GROUP_CHARS) + 1;
}

function nameOf(group: number): string {
  return NUMERALS[group - 1] ?? "last";
}

function listed(groups: readonly number[], joint: "and" | "or"): string {
  const names = groups.map(nameOf);
  const last = names.pop() ?? "";
  const some = groups.length > 1 && joint === "and" ? "groups" : "group";
  return names.length === 0
    ? `the ${last} ${some}`
    : `the ${names.join(", the ")} ${joint} the ${last} ${some}`;
}
