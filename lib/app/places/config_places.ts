import { posix, win32 } from "node:path";
import type { Surroundings } from "./surroundings.ts";

/** Which program looks for its files. */
export type ProgramName = "cnapt" | "snapt";

/**
 * Where a configuration lies that nobody named, in the order in which it is looked for: the
 * current folder, the user's own place, the machine's. The usual places of each system; a place
 * whose variable is not set is left out.
 */
export function configPlaces(program: ProgramName, around: Surroundings): readonly string[] {
  const file = configName(program);
  const path = around.os === "windows" ? win32 : posix;
  const folders = [userFolder(around), machineFolder(around)];
  return [
    file,
    ...folders.flatMap((folder) => folder === null ? [] : [path.join(folder, program, file)]),
  ];
}

/** What the configuration is called, wherever it lies. */
export function configName(program: ProgramName): string {
  return `${program}.yaml`;
}

/** The variable that names the configuration. */
export function configVariable(program: ProgramName): string {
  return `${program.toUpperCase()}_CONFIG`;
}

function userFolder(around: Surroundings): string | null {
  if (around.os === "windows") return folderIn(around, "APPDATA");
  const home = folderIn(around, "HOME");
  if (around.os === "darwin") {
    return home === null ? null : posix.join(home, "Library/Application Support");
  }
  return folderIn(around, "XDG_CONFIG_HOME") ??
    (home === null ? null : posix.join(home, ".config"));
}

function machineFolder(around: Surroundings): string | null {
  if (around.os === "windows") return folderIn(around, "PROGRAMDATA");
  return around.os === "darwin" ? "/Library/Application Support" : "/etc";
}

/** A relative path in such a variable would mean another folder wherever the program starts: it does not count. */
function folderIn(around: Surroundings, name: string): string | null {
  const value = around.variable(name) ?? "";
  const path = around.os === "windows" ? win32 : posix;
  return path.isAbsolute(value) ? value : null;
}
