import type { WireDirection, WireSettings } from "./wire_settings.ts";

/** An end of a wire, as in `carrier a off`. */
export type WireEnd = "a" | "b";

/** What a wire can be told, one line each. */
export type WireCommand =
  | {
    readonly kind: "set";
    readonly directions: readonly WireDirection[];
    readonly changes: Partial<WireSettings>;
  }
  | { readonly kind: "silence"; readonly isOn: boolean }
  | { readonly kind: "carrier"; readonly end: WireEnd; readonly isOn: boolean }
  | { readonly kind: "count" };

const DIRECTIONS: Readonly<Record<string, readonly WireDirection[]>> = {
  "a->b": ["a->b"],
  "b->a": ["b->a"],
  "both": ["a->b", "b->a"],
};

const FIELDS: Readonly<Record<string, keyof WireSettings>> = {
  delay: "delayMs",
  jitter: "jitterMs",
  rate: "rateBits",
  loss: "loss",
  queue: "queueBytes",
};

const FACTORS: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9 };

/**
 * Reads a command:
 *
 *     set a->b|b->a|both [delay=MS] [jitter=MS] [rate=BITS[k|M|G]] [loss=SHARE] [queue=BYTES]
 *     silence on|off
 *     carrier a|b on|off
 *     count
 *
 * @throws SyntaxError for anything else
 */
export function parseWireCommand(line: string): WireCommand {
  const [verb, first = "", ...rest] = line.trim().split(/\s+/);
  switch (verb) {
    case "set": {
      const directions = DIRECTIONS[first];
      if (directions === undefined) break;
      return { kind: "set", directions, changes: Object.fromEntries(rest.map(parseChange)) };
    }
    case "silence":
      return { kind: "silence", isOn: parseSwitch(first) };
    case "carrier":
      if (first !== "a" && first !== "b") break;
      return { kind: "carrier", end: first, isOn: parseSwitch(rest[0] ?? "") };
    case "count":
      return { kind: "count" };
  }
  throw new SyntaxError(`Cannot read the command "${line}"`);
}

function parseChange(text: string): [keyof WireSettings, number] {
  const found = /^([a-z]+)=(\d+(?:\.\d+)?)([kMG]?)$/.exec(text);
  const field = FIELDS[found?.[1] ?? ""];
  const factor = FACTORS[found?.[3] ?? ""];
  if (found === null || field === undefined || factor === undefined) {
    throw new SyntaxError(`Cannot read the setting "${text}"`);
  }
  return [field, Number(found[2]) * factor];
}

function parseSwitch(text: string): boolean {
  if (text === "on") return true;
  if (text === "off") return false;
  throw new SyntaxError(`Cannot read "${text}": neither on nor off`);
}
