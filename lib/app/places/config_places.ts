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
  const folders = [userConfigFolder(program, around), machineConfigFolder(program, around)];
  return [
    file,
    ...folders.flatMap((folder) => folder === null ? [] : [pathsOf(around).join(folder, file)]),
  ];
}

/**
 * Where a configuration is written when there is none: the machine's place for root, the user's
 * for everybody else, and the current folder for who has neither.
 */
export function newConfigPlace(program: ProgramName, around: Surroundings): string {
  const folder = around.uid === 0
    ? machineConfigFolder(program, around)
    : userConfigFolder(program, around);
  const file = configName(program);
  return folder === null ? file : pathsOf(around).join(folder, file);
}

/** What the configuration is called, wherever it lies. */
export function configName(program: ProgramName): string {
  return `${program}.yaml`;
}

/** The variable that names the configuration. */
export function configVariable(program: ProgramName): string {
  return `${program.toUpperCase()}_CONFIG`;
}

/** The user's own folder for the configuration of a program; null: the system names none. */
export function userConfigFolder(program: ProgramName, around: Surroundings): string | null {
  const folder = userFolder(around);
  return folder === null ? null : pathsOf(around).join(folder, program);
}

/** The machine's folder for the configuration of a program; null: the system names none. */
export function machineConfigFolder(program: ProgramName, around: Surroundings): string | null {
  const folder = machineFolder(around);
  return folder === null ? null : pathsOf(around).join(folder, program);
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
export function folderIn(around: Surroundings, name: string): string | null {
  const value = around.variable(name) ?? "";
  return pathsOf(around).isAbsolute(value) ? value : null;
}

/** How paths are written on that system. */
export function pathsOf({ os }: Pick<Surroundings, "os">): typeof posix {
  return os === "windows" ? win32 : posix;
}
