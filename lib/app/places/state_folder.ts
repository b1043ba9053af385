import { posix, win32 } from "node:path";
import {
  folderIn,
  machineConfigFolder,
  pathsOf,
  type ProgramName,
  userConfigFolder,
} from "./config_places.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * The folder in which a program keeps what it writes: what `--state` names, what the service
 * manager made for it (`$STATE_DIRECTORY`), that of the place where the configuration lies where
 * this user may write there, or beside the configuration. Where that cannot be written either and
 * nothing was kept there before, a folder of its own in the user's place, so that two
 * configurations share nothing. `isKept`: whether a folder has such files.
 */
export async function stateFolder(
  program: ProgramName,
  { configFile, named, isKept }: {
    readonly configFile: string;
    readonly named: string | null;
    readonly isKept: (folder: string) => Promise<boolean>;
  },
  around: Surroundings,
): Promise<string> {
  if (named !== null) return named;
  const { dirname, join, resolve } = pathsOf(around);
  const [managed = ""] = (around.variable("STATE_DIRECTORY") ?? "").split(":");
  if (managed !== "" && around.os !== "windows") return managed;
  const beside = dirname(configFile);
  const place = placeOf(program, resolve(beside), around);
  if (place !== null && (await isKept(place) || await around.isWritable(place))) return place;
  if (await isKept(beside) || await around.isWritable(beside)) return beside;
  const own = around.uid === 0 ? machineFolder(program, around) : userFolder(program, around);
  return own === null ? beside : join(own, `of-${await shortHash(resolve(configFile))}`);
}

/** The place of the system for what belongs to a configuration in `folder`; null: that lies elsewhere. */
function placeOf(program: ProgramName, folder: string, around: Surroundings): string | null {
  if (folder === userConfigFolder(program, around)) return userFolder(program, around);
  return folder === machineConfigFolder(program, around) ? machineFolder(program, around) : null;
}

function userFolder(program: ProgramName, around: Surroundings): string | null {
  if (around.os === "darwin") return userConfigFolder(program, around);
  if (around.os === "windows") {
    const local = folderIn(around, "LOCALAPPDATA");
    return local === null ? null : win32.join(local, program);
  }
  const home = folderIn(around, "HOME");
  const folder = folderIn(around, "XDG_STATE_HOME") ??
    (home === null ? null : posix.join(home, ".local/state"));
  return folder === null ? null : posix.join(folder, program);
}

function machineFolder(program: ProgramName, around: Surroundings): string | null {
  return around.os === "darwin" || around.os === "windows"
    ? machineConfigFolder(program, around)
    : posix.join("/var/lib", program);
}

async function shortHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).subarray(0, 6).toHex();
}
