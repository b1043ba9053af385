import { makeOwnFolder } from "../../config/own_folder.ts";
import { giveToOwner, writeSecretFile } from "../../config/secret_file.ts";
import { isSystemFailure, nullUnlessSystem } from "../../config/system_failure.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { StateFiles, StrayFile } from "./state_files.ts";

/**
 * Moves what an earlier version kept beside the configuration to where it is kept now, a line of
 * the log for each file. Of what cannot be taken away a copy is used, and what cannot be copied is
 * used where it is. Only the program that runs moves anything: a command would take its files away
 * from one that runs.
 */
export async function moveStrays<Kind extends string>(
  state: StateFiles<Kind>,
  log: RelayLog,
): Promise<StateFiles<Kind>> {
  const moved = new Map<string, string>();
  const strays: StrayFile[] = [];
  for (const stray of state.strays) {
    try {
      const isLeft = await move(stray);
      moved.set(stray.from, stray.to);
      log.info(isLeft ? "state-copied" : "state-moved", { ...stray });
    } catch (error) {
      if (!isSystemFailure(error)) throw error;
      strays.push(stray);
      log.info("state-not-moved", { ...stray, reason: messageOf(error) });
    }
  }
  const paths: Record<Kind, string> = { ...state.paths };
  for (const kind of Object.keys(paths) as Kind[]) {
    paths[kind] = moved.get(paths[kind]) ?? paths[kind];
  }
  return { ...state, paths, strays };
}

/** True: the old file is still there. */
async function move({ from, to }: StrayFile): Promise<boolean> {
  await makeOwnFolder(to);
  try {
    // What root moves is for the service of another user to read, as what root writes there.
    await giveToOwner(from, to);
    await Deno.rename(from, to);
    return false;
  } catch (error) {
    if (!isSystemFailure(error)) throw error; // another disk, or a folder that is read-only
  }
  await writeSecretFile(to, await Deno.readTextFile(from));
  return await Deno.remove(from).then(() => false, nullUnlessSystem) ?? true;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
