import { parseArgs } from "node:util";
import { didYouMean } from "../../config/did_you_mean.ts";
import { UsageError } from "./usage_error.ts";

/** The options of one command: with a value (`text`, or `texts` when repeatable) or without. */
export type OptionKinds = Readonly<Record<string, "flag" | "text" | "texts">>;

type OptionValue<K> = K extends "flag" ? boolean
  : K extends "texts" ? readonly string[]
  : string | null;

/** A command line, read. */
export interface Arguments<Kinds extends OptionKinds> {
  readonly positionals: readonly string[];
  readonly options: { readonly [N in keyof Kinds]: OptionValue<Kinds[N]> };
}

/**
 * Reads the words after the command. `positionals`: the names of those wanted, for the message.
 *
 * @throws {UsageError} an option that there is not, a missing value, or too few or many words
 */
export function readArguments<const Kinds extends OptionKinds>(
  args: readonly string[],
  positionals: readonly string[],
  kinds: Kinds,
): Arguments<Kinds> {
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      kind === "flag"
        ? { type: "boolean" as const }
        : { type: "string" as const, multiple: kind === "texts" },
    ]),
  );
  checkNames(args, Object.keys(kinds));
  let parsed: { positionals: string[]; values: Readonly<Record<string, unknown>> };
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot understand the options: ${detail}`, { cause });
  }
  if (parsed.positionals.length !== positionals.length) {
    throw new UsageError(
      positionals.length === 0
        ? `Cannot understand ${parsed.positionals.join(" ")}: no further words are wanted`
        : `Cannot go on: ${positionals.join(" and ")} ` +
          `${positionals.length === 1 ? "is" : "are"} wanted, and nothing else`,
    );
  }
  const values = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      parsed.values[name] ?? (kind === "flag" ? false : kind === "texts" ? [] : null),
    ]),
  );
  return { positionals: parsed.positionals, options: values as Arguments<Kinds>["options"] };
}

function checkNames(args: readonly string[], known: readonly string[]): void {
  for (const arg of args) {
    if (arg === "--") return;
    const name = /^--([^=]+)/.exec(arg)?.[1];
    if (name === undefined || known.includes(name)) continue;
    const guess = didYouMean(name, known);
    const hint = guess === null ? "" : ` (did you mean --${guess}?)`;
    throw new UsageError(`Cannot understand --${name}: there is no such option${hint}`);
  }
}
