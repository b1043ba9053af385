import { resolve } from "node:path";
import {
  configName,
  configPlaces,
  configVariable,
  newConfigPlace,
  type ProgramName,
} from "./config_places.ts";
import type { Surroundings } from "./surroundings.ts";

/** The configuration that a command takes. */
export interface FoundConfig {
  readonly file: string;
  /** `folder`: nobody named it, it lies in the current folder, which may be somebody else's. */
  readonly from: "option" | "variable" | "folder" | "place";
  /** Those that are there as well and are not read. */
  readonly others: readonly string[];
}

/**
 * Finds the configuration: what `--config` names, then what the variable names, then the first
 * that is there. Where there is none it is the one that is to be written. What is to be extended is
 * never somebody else's: one that this user may not read is passed over, and said of one that is only
 * to be read.
 *
 * @throws {CommandFailed} the system does not say what is there
 */
export async function findConfig(
  program: ProgramName,
  named: string | null,
  around: Surroundings,
  purpose: "read" | "extend" = "read",
): Promise<FoundConfig> {
  const there: string[] = [];
  for (const place of configPlaces(program, around)) {
    if (!await around.isThere(place)) continue;
    if (purpose === "read" || await around.isReadable(place)) there.push(place);
  }
  const variable = around.variable(configVariable(program)) ?? "";
  if (named !== null) return { file: named, from: "option", others: without(named, there) };
  if (variable !== "") {
    return { file: variable, from: "variable", others: without(variable, there) };
  }
  const [first = newConfigPlace(program, around), ...others] = there;
  const from = first === configName(program) ? "folder" : "place";
  return { file: first, from, others: without(first, others) };
}

/** Those that are not the same file, however its path was typed. */
function without(file: string, there: readonly string[]): readonly string[] {
  return there.filter((one) => resolve(one) !== resolve(file));
}
